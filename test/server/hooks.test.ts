import assert from "node:assert/strict";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { type Connector, connector, type EventsOperations } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { hookRoutes } from "../../src/server/hooks.js";
import { topics } from "../../src/tasks/bus.js";
import { type TestCore, testCore } from "../support/core.js";
import { install, scripted } from "../support/scripted.js";
import { type Started, startServer } from "./support/start.js";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const OLDER = `whsec_${randomBytes(32).toString("base64")}`;
const MINUTE = 60_000;

/** A service that signs what it pushes as Standard Webhooks says, and names the workspace that changed. */
const pushing = (events: EventsOperations): Connector =>
  connector({
    ...scripted({}, "pushing", events),
    connect: async (_context, { workspace = "" }) => ({
      name: workspace,
      settings: { workspace },
      credential: { scheme: "none" },
    }),
    auth: { scheme: "none", fields: [{ name: "workspace", title: "Workspace", secret: false, required: true }] },
    hooks: {
      alias: "/v1/services/pushing/notification/:client",
      subjectOf: ({ workspace }) => String(workspace),
      read({ body, headers }, secret) {
        const { "webhook-id": id = "", "webhook-timestamp": sent = "", "webhook-signature": given = "" } = headers;
        const key = Buffer.from(secret.replace("whsec_", ""), "base64");
        const right = createHmac("sha256", key).update(`${id}.${sent}.`).update(body).digest();
        const signed = given.split(" ").some((one) => {
          const signature = Buffer.from(one.replace("v1,", ""), "base64");
          return signature.length === right.length && timingSafeEqual(signature, right);
        });
        if (!signed) return null;
        const news = readJson(body);
        return {
          id,
          sent: Number(sent) * 1000,
          subjects: news.workspaces ?? [],
          ...(news.challenge ? { answer: news.challenge } : {}),
        };
      },
    },
  });

const readJson = (body: Buffer): { workspaces?: string[]; challenge?: string } => {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new ApiError("bad_request", "This is no JSON.", {}, { cause });
  }
};

interface Sent {
  body?: string;
  id?: string;
  /** Milliseconds from now. */
  off?: number;
  secret?: string;
  path?: string;
  headers?: Record<string, string>;
  /** Instead of what was signed. */
  changed?: string;
}

describe("H2: what services push", () => {
  let core: TestCore;
  let server: Started;
  let looks = 0;
  let count = 0;
  before(async () => {
    core = await testCore({ hookSecrets: new Map([["pushing", [SECRET, OLDER]]]) });
    install(
      core,
      pushing({
        changes: async () => {
          looks++;
          return { changes: [], next: "here", more: false };
        },
      }),
    );
    server = await startServer({ routes: [hookRoutes(core.unified)] });
  });
  after(async () => {
    await server.close();
    await core.close();
  });

  /** As the service does it. */
  const push = async ({ off = 0, secret = SECRET, path = "/hooks/pushing", ...sent }: Sent = {}): Promise<Response> => {
    const { body = '{"workspaces": ["W1"]}', id = `msg_${++count}`, changed = body, headers } = sent;
    const time = new Date(Date.now() + off);
    return fetch(server.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, time, body),
        ...headers,
      },
      body: changed,
    });
  };

  /** How often the account is said to stir while something is done. */
  const stirred = async (account: number, work: () => Promise<unknown>): Promise<number> => {
    const end = new AbortController();
    const events = core.unified.bus.subscribe(topics.stirs(account), { signal: end.signal });
    let stirs = 0;
    const counting = (async () => {
      for await (const _ of events) stirs++;
    })();
    await work();
    await sleep(20);
    end.abort();
    await counting;
    return stirs;
  };

  test("what was signed stirs the accounts that it names, and no other", async () => {
    const one = await core.connect("pushing", { workspace: "W1" });
    const other = await core.connect("pushing", { workspace: "W2" });
    for (const [body, of, expected] of [
      ['{"workspaces": ["W1"]}', one, 1],
      ['{"workspaces": ["W1"]}', other, 0],
      ['{"workspaces": ["W2", "W1"]}', other, 1],
      ['{"workspaces": ["nobody"]}', one, 0],
      ["{}", one, 0],
    ] as const) {
      let status = 0;
      const stirs = await stirred(of.account, async () => {
        status = (await push({ body })).status;
      });
      assert.deepEqual([status, stirs], [200, expected], body);
    }
  });

  test("a feed that somebody follows is read at once", async () => {
    const { account } = await core.connect("pushing", { workspace: "W3" });
    const end = new AbortController();
    await core.unified.feeds.listen(core.application, account, end.signal).caughtUp;
    await sleep(1_100); // the next look by itself comes later and later
    const before = looks;
    await push({ body: '{"workspaces": ["W3"]}' });
    await sleep(250);
    assert.equal(looks, before + 1);
    end.abort();
  });

  test("whatever is not as it was signed is 401", async () => {
    const body = '{"workspaces": ["W1"]}';
    const wrong: Sent[] = [
      { secret: `whsec_${randomBytes(32).toString("base64")}` },
      { changed: body.replace("W1", "W2") },
      { changed: `${body} ` },
      { changed: JSON.stringify(JSON.parse(body)) },
      { changed: "" },
      { headers: { "webhook-id": "msg_other" } },
      { headers: { "webhook-timestamp": String(Math.floor(Date.now() / 1000) + 1) } },
      { headers: { "webhook-timestamp": "soon" } },
      { headers: { "webhook-signature": "v1," } },
      { headers: { "webhook-signature": "" } },
      { off: -5 * MINUTE - 2_000 },
      { off: 5 * MINUTE + 2_000 },
    ];
    const { account } = await core.connect("pushing", { workspace: "W1" });
    const stirs = await stirred(account, async () => {
      for (const sent of wrong) {
        const response = await push(sent);
        assert.equal(response.status, 401, JSON.stringify(sent));
        assert.equal(((await response.json()) as { error_code: string }).error_code, "unauthorized");
      }
      const unsigned = await fetch(`${server.url}/hooks/pushing`, { method: "POST", body });
      assert.equal(unsigned.status, 401);
    });
    assert.equal(stirs, 0);
    for (const off of [-4.9 * MINUTE, 4.9 * MINUTE]) assert.equal((await push({ off })).status, 200);
  });

  test("the same again is acknowledged and does nothing", async () => {
    const { account } = await core.connect("pushing", { workspace: "W1" });
    const stirs = await stirred(account, async () => {
      const again = Array.from({ length: 5 }, () => push({ id: "msg_same" }));
      for (const { status } of await Promise.all(again)) assert.equal(status, 200);
      assert.equal((await push({ id: "msg_same" })).status, 200);
    });
    assert.equal(stirs, 1);
  });

  test("either of two secrets, the alias, the service's first question, any type of body", async () => {
    assert.equal((await push({ secret: OLDER })).status, 200);
    assert.equal((await push({ path: "/v1/services/pushing/notification/client-1" })).status, 200);
    const asked = await push({ body: '{"challenge": "3eZbrw1aB"}' });
    assert.equal(await asked.text(), "3eZbrw1aB");
    assert.match(asked.headers.get("content-type") ?? "", /^text\/plain/);
    assert.equal(asked.headers.get("access-control-allow-origin"), null);
    assert.match(asked.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    for (const type of ["application/x-www-form-urlencoded", "text/xml", "application/octet-stream"])
      assert.equal((await push({ headers: { "content-type": type } })).status, 200);
    assert.equal((await push({ body: "no JSON" })).status, 400);
  });

  test("no such service, none that pushes, none whose secret is known: 404; too much: 413", async () => {
    const unknown = scripted({}, "silent");
    install(core, unknown);
    install(core, { ...pushing({ changes: () => Promise.reject(new Error("never")) }), service: "unset" });
    for (const service of ["nobody", "sandbox", "silent", "unset"])
      assert.equal((await push({ path: `/hooks/${service}` })).status, 404, service);
    assert.equal((await fetch(`${server.url}/hooks/pushing`)).status, 404);
    const large = JSON.stringify({ workspaces: ["W1"], filler: "x".repeat(2 ** 20) });
    assert.equal((await push({ body: large })).status, 413);
  });

  test("H3: what a push holds is in no log", () => {
    const told = server.lines.join("");
    for (const secret of [SECRET, OLDER, "3eZbrw1aB"]) assert.ok(!told.includes(secret));
  });
});
