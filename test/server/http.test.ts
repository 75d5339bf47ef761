import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApiError } from "../../src/errors.js";
import { Health } from "../../src/server/health.js";
import { dial } from "./support/raw.js";
import { ref } from "./support/schema.js";
import { type Started, startServer, until } from "./support/start.js";

describe("everything but GraphQL", () => {
  let server: Started;
  let broken = false;
  before(async () => {
    server = await startServer({
      content: ["/content/"],
      checks: {
        store: async () => {
          if (broken) throw new Error("connect ECONNREFUSED 10.0.0.1:5432");
        },
      },
      routes: [
        async (app) => {
          app.get("/clash", async () => {
            throw new ApiError("naming_conflict", "It exists.", { conflicting: ref("other") });
          });
          app.get("/busy", async () => {
            throw new ApiError("too_many_requests", "Slow down.", { retryAfter: 1.2 });
          });
          app.get("/boom", async () => {
            throw new Error("db at 10.0.0.1");
          });
          app.post("/things", async ({ body }) => body as object);
          app.get("/content/file", async () => "bytes");
        },
      ],
    });
  });
  after(() => server.close());

  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init);

  test("errors are the unified API's", async () => {
    const clash = await get("/clash", { headers: { "x-request-id": "request-1" } });
    assert.equal(clash.status, 409);
    assert.deepEqual(await clash.json(), {
      status_code: 409,
      error_code: "naming_conflict",
      message: "It exists.",
      id: "request-1",
      conflicting_resource_id: ref("other").valueOf(),
    });
    const busy = await get("/busy");
    assert.equal(busy.status, 429);
    assert.equal(busy.headers.get("retry-after"), "2");
    const nothing = await get("/nothing");
    assert.equal(nothing.status, 404);
    assert.equal(((await nothing.json()) as { error_code: string }).error_code, "not_found");
    const boom = await get("/boom");
    assert.equal(boom.status, 500);
    const text = await boom.text();
    assert.match(text, /"error_code": "internal_error",\s+"message": "Internal error"/);
    assert.doesNotMatch(text, /10\.0\.0\.1/);
    assert.ok(
      server.lines.some(
        (line) => line.includes("db at 10.0.0.1") && line.includes(boom.headers.get("x-request-id") ?? "?"),
      ),
    );
  });

  test("bodies: malformed, poisoned, too large", async () => {
    const post = (body: string) =>
      get("/things", { method: "POST", headers: { "content-type": "application/json" }, body });
    assert.equal((await post('{"a":1}')).status, 200);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post('{"__proto__":{"x":1}}')).status, 400);
    const large = await post(`"${"x".repeat(2 ** 20)}"`);
    assert.equal(large.status, 413);
    assert.equal(((await large.json()) as { error_code: string }).error_code, "entity_too_large");
  });

  test("H9: headers that keep browsers careful", async () => {
    for (const path of ["/nothing", "/healthz", "/graphql"]) {
      const { headers } = await get(path);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'; frame-ancestors 'none'/);
      assert.equal(headers.get("strict-transport-security"), null);
    }
    const secure = await startServer({ secure: true });
    const { headers } = await fetch(`${secure.url}/healthz`);
    assert.match(headers.get("strict-transport-security") ?? "", /max-age=31536000/);
    await secure.close();
  });

  test("H8: bytes are for any page, the rest for none", async () => {
    const headers = { origin: "https://app.example" };
    const { headers: content } = await get("/content/file", { headers });
    assert.equal(content.get("access-control-allow-origin"), "*");
    assert.equal(content.get("access-control-allow-credentials"), null);
    const origins = ["https://app.example", "null", `${server.url}.evil.example`, server.url];
    for (const origin of origins)
      for (const path of ["/metrics", "/things", "/hooks/slack"])
        for (const method of ["GET", "POST", "OPTIONS"]) {
          const preflight = { origin, "access-control-request-method": "POST" };
          const { headers: answered } = await get(path, { method, headers: preflight });
          assert.equal(answered.get("access-control-allow-origin"), null, `${method} ${path} from ${origin}`);
        }
  });

  test("health, readiness and metrics", async () => {
    assert.equal(((await (await get("/healthz")).json()) as { ok: boolean }).ok, true);
    assert.deepEqual(await (await get("/readyz")).json(), { ready: true, problems: [] });
    broken = true;
    const ready = await get("/readyz");
    broken = false;
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), { ready: false, problems: ["store does not answer"] });
    assert.match(await (await get("/metrics")).text(), /nodejs_eventloop_lag_seconds/);
  });

  test("a check that never answers is a problem after two seconds", async () => {
    const health = new Health({ store: () => new Promise(() => undefined) }, 500);
    assert.deepEqual(await health.readiness(), { ready: false, problems: ["store does not answer"] });
    health.close();
  });

  test("F26: with the event loop blocked, new work is turned away", async (t) => {
    const other = await startServer({ content: ["/content/"] });
    t.after(() => other.close());
    Object.defineProperty(other.health, "overloaded", { value: true });
    const { status, headers } = await other.post("{ greet }");
    assert.equal(status, 503);
    assert.equal(headers.get("retry-after"), "1");
    assert.equal((await fetch(`${other.url}/healthz`)).status, 200);
    assert.equal((await fetch(`${other.url}/readyz`)).status, 503);
    // A page could not read the refusal if its preflight were refused, or if the refusal did not name its origin.
    const page = { origin: "https://app.example.com" };
    const asked = { ...page, "access-control-request-method": "GET" };
    assert.equal((await fetch(`${other.url}/content/file`, { method: "OPTIONS", headers: asked })).status, 204);
    const refused = await fetch(`${other.url}/content/file`, { headers: page });
    assert.deepEqual([refused.status, refused.headers.get("access-control-allow-origin")], [503, "*"]);
  });

  test("a blocked event loop is noticed", async () => {
    const health = new Health({}, 500);
    await until(() => {
      const end = performance.now() + 700;
      while (performance.now() < end);
      return health.overloaded;
    }, "the lag is seen");
    assert.ok(health.lag > 500);
    health.close();
  });
});

describe("F30: slow and idle clients", () => {
  let server: Started;
  before(async () => {
    server = await startServer({
      times: { head: 300, request: 400, look: 100, keepAlive: 300 },
      content: ["/content/"],
      routes: [
        async (app) => {
          app.removeAllContentTypeParsers();
          app.addContentTypeParser("*", (_request, payload, done) => {
            let size = 0;
            payload.on("data", (chunk: Buffer) => {
              size += chunk.length;
            });
            payload.on("end", () => done(null, size));
          });
          app.put("/content/file", async ({ body }) => ({ size: body }));
          app.post("/things", async ({ body }) => ({ size: body }));
        },
      ],
    });
  });
  after(() => server.close());

  test("a head that never ends", async () => {
    const { socket, text, closed } = await dial(server.url);
    socket.write("POST /graphql HTTP/1.1\r\nhost: x\r\n");
    const drip = setInterval(() => socket.write("x-y: z\r\n"), 50);
    await closed;
    clearInterval(drip);
    assert.match(text(), /^HTTP\/1.1 408/);
  });

  test("a body that never ends, to GraphQL and to a route", async () => {
    for (const path of ["/graphql", "/things"]) {
      const { socket, text, closed } = await dial(server.url);
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: key\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
      );
      const drip = setInterval(() => socket.write(" "), 50);
      await closed;
      clearInterval(drip);
      assert.match(text(), /^HTTP\/1.1 408/, path);
      assert.match(text(), /"error_code":"timed_out"/);
    }
  });

  test("an upload may take longer", async () => {
    const { socket, text } = await dial(server.url);
    socket.write("PUT /content/file HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ncontent-length: 20\r\n\r\n");
    for (let sent = 0; sent < 20; sent++) {
      socket.write("x");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until(() => text().includes('{"size":20}'), "the upload is answered");
    socket.destroy();
  });

  test("connections that say nothing, at first or any more", async () => {
    const mute = await dial(server.url);
    await mute.closed;
    const idle = await dial(server.url);
    idle.socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    await idle.closed;
    assert.match(idle.text(), /^HTTP\/1.1 200/);
  });

  test("an upgrade to nowhere", async () => {
    const { socket, text, closed } = await dial(server.url);
    socket.write("GET /other HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    await closed;
    assert.match(text(), /^HTTP\/1.1 404/);
  });
});
