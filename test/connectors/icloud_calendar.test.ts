import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { Client } from "undici";
import type { Context } from "../../src/connectors/connector.js";
import { icloudCalendar } from "../../src/connectors/icloud_calendar/index.js";
import { Ids, Ref } from "../../src/ids.js";
import { UpstreamClient } from "../../src/upstream/client.js";
import type { Target } from "../../src/upstream/upstream.js";
import { install } from "../servers/install.js";
import { INVITED, radicale } from "../servers/radicale.js";
import { start } from "../servers/server.js";
import { says } from "../support/fails.js";

const START = "https://caldav.icloud.com";
const PARTITION = "https://p07-caldav.icloud.com";

/** As iCloud does: the first host knows the principal alone, and the principal names a home on another host. */
const frontOf = (path: string) =>
  createServer((request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="MMCalDav"' }).end();
      return;
    }
    const property =
      request.url === "/1234/principal/"
        ? `<C:calendar-home-set><href>${PARTITION}:443${path}</href></C:calendar-home-set><C:calendar-user-address-set><href>mailto:alice@icloud.example</href><href>/1234/principal/</href></C:calendar-user-address-set>`
        : "<current-user-principal><href>/1234/principal/</href></current-user-principal>";
    response
      .writeHead(207, { "content-type": "text/xml" })
      .end(
        `<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>${request.url}</href><propstat><prop>${property}</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`,
      );
  });

describe("icloud_calendar: Radicale behind a front that answers as iCloud's", { skip: await install(radicale) }, () => {
  test("the home on another host of the domain is found, and all goes there", async (context) => {
    const server = await start(radicale);
    context.after(() => server.stop());
    const front = await listen(context, frontOf(`/${encodeURIComponent(INVITED.username)}/`));
    const client = new UpstreamClient({
      routes: new Map([
        [START, front],
        [PARTITION, new Client(new URL(server.url).origin)],
      ]),
    });
    context.after(() => client.close());
    const connection = await connecting(client);
    assert.equal(connection.name, INVITED.username);
    assert.equal(new URL(String(connection.settings.home)).origin, PARTITION);
    assert.equal(connection.settings.addresses, "alice@icloud.example");

    const { origin, calendar } = icloudCalendar;
    assert.ok(
      typeof origin === "function" && calendar?.calendars?.create && calendar.events?.create && calendar.events.list,
    );
    const scope = { ids: new Ids([{ number: 1, secret: "for tests" }]), application: "tests", account: 1 };
    const account: Context = {
      settings: connection.settings,
      upstream: client.for(asTarget(origin(connection.settings), connection.credential)),
      connections: { use: none, lend: none },
      signal,
      raw: false,
      ref: (type, native) => new Ref(scope, "calendar", type, native),
    };
    const { id } = await calendar.calendars.create(account, { name: "Home", timeZone: "Europe/Vienna" });
    const times = { start: "2032-01-01T09:00:00Z", end: "2032-01-01T10:00:00Z" };
    const made = await calendar.events.create(account, { calendar: id.native, name: "In iCloud", ...times });
    const { items } = await calendar.events.list(account, {
      calendar: id.native,
      expand: true,
      ...times,
      cursor: null,
      limit: 5,
    });
    assert.deepEqual(
      items.map((event) => event.id.native),
      [made.id.native],
    );
  });

  test("a password that Apple refuses", async (context) => {
    const front = await listen(
      context,
      createServer((_, response) => response.writeHead(401, { "www-authenticate": 'Basic realm="MMCalDav"' }).end()),
    );
    const client = new UpstreamClient({ routes: new Map([[START, front]]) });
    context.after(() => client.close());
    await assert.rejects(connecting(client), says("service_unauthorized", /not an app-specific one/));
  });
});

const listen = async (context: TestContext, server: Server): Promise<Client> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

const { signal } = new AbortController();
const none = () => Promise.reject(new Error("not in this test"));

const connecting = (client: UpstreamClient) =>
  icloudCalendar.connect(
    {
      upstream: (origin, credential) => client.for(asTarget(origin, credential)),
      connections: () => ({ use: none, lend: none }),
      signal,
    },
    INVITED,
  );

const asTarget = (
  origin: string,
  credential: Awaited<ReturnType<Target["credentials"]["current"]>>["credential"],
): Target => ({
  service: "icloud_calendar",
  account: "test",
  origin,
  hosts: icloudCalendar.hosts ?? [],
  budget: icloudCalendar.budget,
  credentials: { current: async () => ({ credential, version: 0 }) },
});
