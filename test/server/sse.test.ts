import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClient } from "graphql-sse";
import { dial } from "./support/raw.js";
import { seen } from "./support/schema.js";
import { type Started, startServer, until } from "./support/start.js";

describe("server-sent events", () => {
  let server: Started;
  before(async () => {
    server = await startServer({ bounds: { vigil: { atLeast: 50, atMost: 80 } } });
  });
  after(() => server.close());

  const open = (query: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", authorization: "key" },
      body: JSON.stringify({ query }),
      ...init,
    });

  test("subscriptions and queries, by graphql-sse's own client", async (t) => {
    const client = createClient({ url: `${server.url}/graphql`, headers: { authorization: "key" }, retryAttempts: 0 });
    t.after(() => client.dispose());
    const names: unknown[] = [];
    for await (const { data } of client.iterate({ query: "subscription { counted(to: 3) { name } }" }))
      names.push((data as { counted: { name: string } }).counted.name);
    assert.deepEqual(names, ["box 1", "box 2", "box 3"]);
    const { value } = await client.iterate({ query: "{ greet }" }).next();
    assert.deepEqual(value, { data: { greet: "hello" } });
  });

  test("by GET, as the explorer asks", async () => {
    const query = encodeURIComponent("subscription ($to: Int!) { counted(to: $to) { name } }");
    const variables = encodeURIComponent('{"to":1}');
    const response = await fetch(`${server.url}/graphql?query=${query}&variables=${variables}`, {
      headers: { accept: "text/event-stream", authorization: "key" },
    });
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const text = await response.text();
    assert.equal(text, ':\n\nevent: next\ndata: {"data":{"counted":{"name":"box 1"}}}\n\nevent: complete\ndata:\n\n');
  });

  test("refusals are answers, not streams", async () => {
    const none = await open("{ greet }", {
      headers: { "content-type": "application/json", accept: "text/event-stream" },
    });
    assert.equal(none.status, 401);
    assert.equal((await open("{ nope }")).status, 400);
    assert.equal((await open("")).status, 400);
    const headers = { accept: "text/event-stream", authorization: "key" };
    const change = await fetch(`${server.url}/graphql?query=mutation{add(number:1)}`, { headers });
    assert.equal(change.status, 405);
    const proto = await fetch(`${server.url}/graphql?query={greet}&variables={"__proto__":1}`, { headers });
    assert.equal(proto.status, 400);
  });

  test("a source's error ends the stream, masked", async () => {
    const text = await (await open("subscription { breaking }")).text();
    assert.match(text, /Internal error/);
    assert.doesNotMatch(text, /10\.0\.0\.1/);
    assert.match(text, /event: complete/);
  });

  test("F20: hanging up releases the source", async () => {
    const { released } = seen;
    const leaving = new AbortController();
    const response = await open("subscription { counted(to: 0) { id } }", { signal: leaving.signal });
    assert.equal(response.status, 200);
    leaving.abort();
    await until(() => seen.released > released, "the source is released");
  });

  test("F21: a client that stalls is not produced for", async () => {
    const { socket, closed } = await dial(server.url);
    const body = JSON.stringify({ query: "subscription { newest }" });
    const { released } = seen;
    let { made } = seen;
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: key\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => seen.made > made, "it begins");
    socket.pause();
    await until(() => {
      const stalled = seen.made === made;
      made = seen.made;
      return stalled;
    }, "the source is asked no more");
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(seen.made - made <= 1);
    socket.destroy();
    await closed;
    await until(() => seen.released > released, "the source is released");
  });

  test("W5, W6: a revoked token ends its streams; a token has ten of them", async () => {
    server.valid.add("short");
    const headers = { "content-type": "application/json", accept: "text/event-stream", authorization: "short" };
    const stopping = new AbortController();
    const streams: Response[] = [];
    for (let count = 0; count < 10; count++)
      streams.push(await open("subscription { counted(to: 0) { id } }", { headers, signal: stopping.signal }));
    assert.equal((await open("{ greet }", { headers })).status, 429);
    server.valid.delete("short");
    for (const stream of streams) assert.match(await stream.text(), /event: complete/);
  });

  test("a shutdown ends every stream", async () => {
    const other = await startServer();
    const response = await fetch(`${other.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", authorization: "key" },
      body: '{"query":"subscription { counted(to: 0) { id } }"}',
    });
    const ended = response.text();
    await other.close();
    assert.match(await ended, /event: complete/);
  });
});
