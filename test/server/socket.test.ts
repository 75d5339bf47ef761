import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { dial } from "./support/raw.js";
import { seen } from "./support/schema.js";
import { type Started, startServer, until } from "./support/start.js";

type Message = { type: string; id?: string; payload?: { data?: unknown; errors?: { extensions: object }[] } };

/** A client that says exactly what a test says. */
class Talker {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, { headers = {}, protocol = "graphql-transport-ws" as string | null } = {}) {
    this.socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, protocol ? [protocol] : [], { headers });
    this.socket.on("message", (data) => this.messages.push(JSON.parse(String(data))));
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  async opened(): Promise<this> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, "open");
    return this;
  }
  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
  async init(authorization = "key"): Promise<this> {
    await this.opened();
    this.say({ type: "connection_init", payload: { authorization } });
    await this.heard((message) => message.type === "connection_ack", "an acknowledgement");
    return this;
  }
  subscribe(id: string, query: string, rest: object = {}): void {
    this.say({ id, type: "subscribe", payload: { query, ...rest } });
  }
  async heard(matches: (message: Message) => boolean, what: string): Promise<Message> {
    await until(() => this.messages.some(matches), `it heard ${what}`);
    return this.messages.find(matches) as Message;
  }
  async answer(id: string): Promise<Message> {
    return this.heard((message) => message.id === id && message.type !== "complete", `an answer to ${id}`);
  }
}

const refusedUpgrade = async (url: string, headers: Record<string, string>): Promise<number> => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, ["graphql-transport-ws"], { headers });
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  return response.statusCode;
};

describe("sockets", () => {
  let server: Started;
  const talkers: Talker[] = [];
  const talk = (options?: ConstructorParameters<typeof Talker>[1]): Talker => {
    const talker = new Talker(server.url, options);
    talkers.push(talker);
    return talker;
  };
  before(async () => {
    server = await startServer({
      origins: ["https://app.example"],
      bounds: { initMs: 150, vigil: { atLeast: 50, atMost: 80 } },
    });
  });
  after(() => server.close());

  test("subscriptions, queries and mutations, by graphql-ws's own client", async (t) => {
    const client = createClient({
      url: `${server.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: "Bearer token" },
    });
    t.after(() => client.dispose());
    const names: unknown[] = [];
    for await (const { data } of client.iterate({ query: "subscription { counted(to: 3) { name } }" }))
      names.push((data as { counted: { name: string } }).counted.name);
    assert.deepEqual(names, ["box 1", "box 2", "box 3"]);
    const one = async (query: string) => (await client.iterate({ query }).next()).value;
    assert.deepEqual(await one("{ whoami }"), { data: { whoami: "token" } });
    assert.deepEqual(await one("mutation { add(number: 4) }"), { data: { add: 4 } });
  });

  test("the upgrade's own header authorizes too, and cookies never do", async () => {
    const talker = await talk({ headers: { authorization: "key" } }).opened();
    talker.say({ type: "connection_init" });
    await talker.heard(({ type }) => type === "connection_ack", "an acknowledgement");
    const other = await talk({ headers: { cookie: "authorization=key; token=token" } }).opened();
    other.say({ type: "connection_init" });
    assert.deepEqual(await other.closed, { code: 4401, reason: "authentication_required" });
  });

  test("W1: pages of other origins are refused", async () => {
    for (const origin of ["https://evil.example", "null", "https://app.example.evil.example", "http://127.0.0.1"])
      assert.equal(await refusedUpgrade(server.url, { origin }), 403, origin);
    for (const origin of [server.url, "https://app.example"]) await talk({ headers: { origin } }).init();
  });

  test("W2: out of order", async () => {
    const silent = talk();
    assert.equal((await silent.closed).code, 4408);
    const twice = await talk().init();
    twice.say({ type: "connection_init" });
    assert.equal((await twice.closed).code, 4429);
    const early = await talk().opened();
    early.subscribe("1", "{ greet }");
    assert.equal((await early.closed).code, 4401);
    const same = await talk().init();
    same.subscribe("1", "subscription { counted(to: 0) { id } }");
    same.subscribe("1", "subscription { counted(to: 0) { id } }");
    assert.equal((await same.closed).code, 4409);
  });

  test("W3: another subprotocol, or none", async () => {
    const none = talk({ protocol: null });
    assert.equal((await none.closed).code, 4406);
  });

  test("W4: frames that break the rules", async () => {
    const large = await talk().init();
    large.socket.send("x".repeat(2 * 2 ** 20));
    assert.equal((await large.closed).code, 1009);
    const nonsense = await talk().init();
    nonsense.socket.send("nonsense");
    assert.equal((await nonsense.closed).code, 4400);
    const binary = await talk().init();
    binary.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
    assert.equal((await binary.closed).code, 1007);
    const pieces = await talk().init();
    for (let piece = 0; piece < 20_000; piece++) pieces.socket.send("x", { fin: false });
    assert.ok([1008, 1006].includes((await pieces.closed).code));
  });

  test("W4: a frame without mask, and an extension that was not agreed on", async () => {
    for (const frame of [Buffer.from([0x81, 0x01, 0x78]), Buffer.from([0xc1, 0x81, 0, 0, 0, 0, 0x78])]) {
      const { socket, text, closed } = await dial(server.url);
      const key = randomBytes(16).toString("base64");
      socket.write(
        `GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n`,
      );
      await until(() => text().includes("\r\n\r\n"), "the upgrade is answered");
      assert.match(text(), /^HTTP\/1.1 101/);
      assert.doesNotMatch(text(), /permessage-deflate/);
      socket.write(frame);
      await until(() => text().includes("\x03\xea"), "close code 1002 comes");
      socket.destroy();
      await closed;
    }
  });

  test("W5: a token that is revoked ends its sockets and no others", async () => {
    server.valid.add("leaving");
    const leaving = await talk().init("leaving");
    const staying = await talk().init("key");
    const { released } = seen;
    leaving.subscribe("1", "subscription { counted(to: 0) { id } }");
    staying.subscribe("1", "subscription { counted(to: 0) { id } }");
    staying.subscribe("2", "{ greet }");
    await staying.answer("2");
    leaving.subscribe("2", "{ greet }");
    await leaving.answer("2");
    server.valid.delete("leaving");
    const { code, reason } = await leaving.closed;
    assert.equal(code, 4403);
    assert.match(reason, /invalid_token/);
    await until(() => seen.released > released, "its source is released");
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(staying.socket.readyState, WebSocket.OPEN);
  });

  test("W6: too many subscriptions on a socket, too many sockets of a token", async () => {
    const talker = await talk().init();
    for (let id = 1; id <= 101; id++) talker.subscribe(String(id), "subscription { counted(to: 0) { id } }");
    const refusal = await talker.answer("101");
    assert.equal(refusal.type, "error");
    assert.match(JSON.stringify(refusal.payload), /TOO_MANY_REQUESTS/);
    talker.say({ id: "1", type: "complete" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    talker.subscribe("102", "{ greet }");
    assert.equal((await talker.answer("102")).type, "next");
    server.valid.add("busy");
    for (let socket = 0; socket < 10; socket++) await talk().init("busy");
    const eleventh = await talk().opened();
    eleventh.say({ type: "connection_init", payload: { authorization: "busy" } });
    assert.deepEqual(await eleventh.closed, { code: 1013, reason: "too_many_requests" });
    talkers.at(-2)?.socket.close();
    await talkers.at(-2)?.closed;
    await talk().init("busy");
  });

  test("W7: what a caller may not see is not found", async () => {
    const talker = await talk().init();
    talker.subscribe("1", "subscription { hidden }");
    const { type, payload } = await talker.answer("1");
    assert.equal(type, "next");
    assert.match(JSON.stringify(payload), /NOT_FOUND/);
  });

  test("the same limits as over HTTP", async () => {
    const talker = await talk().init();
    const ask = async (id: string, query: string, rest?: object) => {
      talker.subscribe(id, query, rest);
      return JSON.stringify(await talker.answer(id));
    };
    const aliases = Array.from({ length: 101 }, (_, index) => `a${index}: greet`).join(" ");
    assert.match(await ask("1", `{ ${aliases} }`), /"error".*QUERY_TOO_COMPLEX/);
    assert.match(await ask("2", "{ things(first: 5000) { nodes { id } } }"), /"requested":5000/);
    assert.match(await ask("3", "{ nope }"), /GRAPHQL_VALIDATION_FAILED/);
    assert.match(await ask("4", "{ nope"), /GRAPHQL_PARSE_FAILED/);
    assert.match(await ask("5", "query A { greet }", { operationName: "B" }), /OPERATION_RESOLUTION_FAILURE/);
    assert.match(await ask("6", "{ greet }", { variables: JSON.parse('{"__proto__":1}') }), /BAD_REQUEST/);
    const number = "query ($number: Int) { echo(number: $number) }";
    assert.match(await ask("7", number, { variables: { number: "x" } }), /BAD_USER_INPUT/);
    assert.doesNotMatch(await ask("8", "{ gret }"), /did you mean/i);
  });

  test("errors are told as over HTTP, also those of a source", async () => {
    const talker = await talk().init();
    talker.subscribe("1", "{ boom }");
    const asked = JSON.stringify(await talker.answer("1"));
    assert.match(asked, /Internal error/);
    talker.subscribe("2", "subscription { breaking }");
    const broken = await talker.heard(({ id, type }) => id === "2" && type === "error", "the end of 2");
    assert.match(JSON.stringify(broken), /Internal error/);
    assert.doesNotMatch(JSON.stringify(talker.messages), /10\.0\.0\.1/);
  });

  test("F20: leaving releases the source, by `complete` and by hanging up", async () => {
    const talker = await talk().init();
    let { released } = seen;
    talker.subscribe("1", "subscription { counted(to: 0) { id } }");
    await new Promise((resolve) => setTimeout(resolve, 50));
    talker.say({ id: "1", type: "complete" });
    await until(() => seen.released > released, "the source is released");
    released = seen.released;
    const { aborted } = seen;
    talker.subscribe("2", "subscription { counted(to: 0) { id } }");
    talker.subscribe("3", "{ slow }");
    await new Promise((resolve) => setTimeout(resolve, 50));
    talker.socket.terminate();
    await until(() => seen.released > released && seen.aborted > aborted, "everything is let go");
  });

  test("F21: a client that stalls is not produced for", async () => {
    const talker = await talk().init();
    talker.subscribe("1", "subscription { newest }");
    await talker.answer("1");
    talker.socket.pause();
    let made = -1;
    await until(() => {
      const stalled = seen.made === made;
      made = seen.made;
      return stalled && made > 2;
    }, "the source is asked no more");
    const { heapUsed } = process.memoryUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(seen.made - made <= 1, `${seen.made - made} more were made`);
    assert.ok(process.memoryUsage().heapUsed - heapUsed < 16 * 2 ** 20);
    talker.socket.resume();
    await until(() => seen.made > made + 5, "it goes on");
    talker.socket.terminate();
  });

  test("F21: a client that sends and does not read is not listened to for ever", async () => {
    const talker = await talk().init();
    talker.socket.pause();
    const contexts = server.contexts();
    for (let id = 0; id < 500; id++) talker.subscribe(String(id), "{ large(bytes: 100000) }");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(server.contexts() - contexts < 400, "it stopped listening before the end");
    talker.socket.resume();
    await talker.answer("499");
    talker.socket.terminate();
  });

  test("a shutdown tells why", async () => {
    const other = await startServer();
    const talker = await new Talker(other.url).init();
    talker.subscribe("1", "subscription { counted(to: 0) { id } }");
    const { released } = seen;
    await other.close();
    assert.deepEqual(await talker.closed, { code: 1001, reason: "the server is shutting down" });
    await until(() => seen.released > released, "its source is released");
  });
});

describe("many sockets", () => {
  test("F22: over the limit there is a refusal, and everything is given back", async (t) => {
    const server = await startServer({ bounds: { sockets: 50 } });
    t.after(() => server.close());
    const talkers = await Promise.all(Array.from({ length: 50 }, () => new Talker(server.url).init()));
    assert.equal(await refusedUpgrade(server.url, {}), 503);
    assert.match(await server.metrics.text(), /unigraph_graphql_sockets 50/);
    const { released } = seen;
    for (const talker of talkers) talker.subscribe("1", "subscription { counted(to: 0) { id } }");
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const talker of talkers) talker.socket.terminate();
    await until(() => seen.released === released + 50, "all sources are released");
    await new Talker(server.url).init();
    assert.match(await server.metrics.text(), /unigraph_graphql_sockets 1\n/);
  });

  test("a client that never answers a ping is dropped", async (t) => {
    const server = await startServer({ bounds: { pingMs: 50 } });
    t.after(() => server.close());
    const talker = await new Talker(server.url).init();
    (talker.socket as WebSocket & { _autoPong: boolean })._autoPong = false;
    assert.equal((await talker.closed).code, 1006);
  });
});
