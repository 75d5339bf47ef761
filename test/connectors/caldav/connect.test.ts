import assert from "node:assert/strict";
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { install } from "../../servers/install.js";
import { INVITED, radicale } from "../../servers/radicale.js";
import { type Server, start } from "../../servers/server.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails, says } from "../../support/fails.js";

/** A server of a few lines, for what no server at hand does wrong. */
const listen = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<HttpServer> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
};
const portOf = (server: HttpServer): number => (server.address() as AddressInfo).port;

const multistatus = (href: string, property: string): string =>
  `<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>${href}</href><propstat><prop>${property}</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`;

describe("caldav: connecting", { skip: await install(radicale) }, () => {
  let server: Server;
  let core: TestCore;
  before(async () => {
    server = await start(radicale);
    core = await testCore();
  });
  after(async () => {
    await core.close();
    await server.stop();
  });
  const connect = (url: string, more: object = {}) => core.connect("caldav", { url, ...INVITED, ...more });
  /** Closes the small server when the test has ended. */
  const beside = async (
    context: { after(work: () => void): void },
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<string> => {
    const small = await listen(answer);
    context.after(() => {
      small.closeAllConnections();
      small.close();
    });
    return `http://127.0.0.1:${portOf(small)}`;
  };

  test("from the server's root, the principal, the home or a calendar, the same home is found", async () => {
    const home = new URL(`${encodeURIComponent(INVITED.username)}/`, server.url).href;
    for (const url of [server.url, server.url.slice(0, -1), home, home.slice(0, -1)]) {
      const { record } = await connect(url);
      assert.equal(record.settings.home, home, url);
      assert.equal(record.settings.addresses, INVITED.username);
      assert.equal(record.name, `${INVITED.username} @ ${new URL(server.url).host}`);
    }
  });

  test("redirects within the host are followed, to another port as well", async (context) => {
    const front = await beside(context, (request, response) => {
      const isKnown = request.url === "/.well-known/caldav";
      response.writeHead(isKnown ? 308 : 404, isKnown ? { location: server.url } : {}).end();
    });
    const { record } = await connect(front);
    assert.equal(new URL(String(record.settings.home)).host, new URL(server.url).host);
  });

  test("a redirect to another host is not followed", async (context) => {
    const front = await beside(context, (_, response) => {
      response.writeHead(301, { location: "https://elsewhere.example/dav/" }).end();
    });
    await assert.rejects(connect(front), says("invalid_parameters", /another host, elsewhere\.example/));
  });

  test("nor is a principal on another host, nor redirects in circles", async (context) => {
    const front = await beside(context, (request, response) => {
      if (request.url?.startsWith("/round")) return response.writeHead(302, { location: "/round" }).end();
      response
        .writeHead(207, { "content-type": "application/xml" })
        .end(
          multistatus(
            "/",
            "<current-user-principal><href>http://elsewhere.example/me/</href></current-user-principal>",
          ),
        );
    });
    await assert.rejects(connect(front), says("invalid_parameters", /another host, elsewhere\.example/));
    await assert.rejects(connect(`${front}/round`), says("invalid_parameters", /in circles/));
  });

  test("a server without CalDAV, and one whose user has no calendars, are told apart", async (context) => {
    const pages = await beside(context, (_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Hello</title>");
    });
    await assert.rejects(connect(pages), says("invalid_parameters", /There is no CalDAV server/));
    const nothing = await beside(context, (_, response) => response.writeHead(404).end());
    await assert.rejects(connect(nothing), says("invalid_parameters", /There is no CalDAV server/));
    const homeless = await beside(context, (_, response) => {
      response
        .writeHead(207, { "content-type": "application/xml" })
        .end(multistatus("/", "<current-user-principal><href>/me/</href></current-user-principal>"));
    });
    await assert.rejects(connect(homeless), says("invalid_parameters", /no calendar home/));
  });

  test("what is no address is refused before anything is asked", async () => {
    for (const url of [
      "ftp://example.com",
      "https://",
      "two words",
      "https://a:b@example.com/",
      "https://example.com/?a",
      "::",
    ])
      await assert.rejects(connect(url), fails("invalid_parameters"), url);
    await assert.rejects(core.connect("caldav", { url: server.url }), fails("invalid_parameters"));
  });

  test("a server that does not tell what changed offers calendars alone", async (context) => {
    const plain = await beside(context, (request, response) => {
      const property =
        request.headers.depth === "1"
          ? "<resourcetype><collection/><C:calendar/></resourcetype>"
          : "<C:calendar-home-set><href>/calendars/</href></C:calendar-home-set>";
      response.writeHead(207, { "content-type": "application/xml" }).end(multistatus("/calendars/one/", property));
    });
    const account = await connect(plain);
    assert.equal(account.apis(false).calendar.events.can("list"), true);
    assert.equal(account.apis(false).events.can("changes"), false);
  });
});
