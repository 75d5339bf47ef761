import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { UpstreamOptions } from "../../src/upstream/client.js";
import type { Loan } from "../../src/upstream/transports/transport.js";
import type { AccountBook, Target } from "../../src/upstream/upstream.js";
import { fails, newBook, openClient, targetAt } from "../faults/client.js";
import { LineServer, type Lines, linesTransport } from "../faults/lines.js";
import { until } from "../faults/service.js";

const setting = async (t: TestContext, options: UpstreamOptions = {}) => {
  const server = await LineServer.start(t);
  const client = openClient(t, options);
  const connections = (more: Partial<Target> = {}) =>
    client.connections(targetAt("http://none.invalid", { budget: { concurrency: 2 }, ...more }), { port: server.port });
  return { server, client, connections };
};
const ask = (line: string) => (lines: Lines) => lines.ask(line);
const itself = async (_: Lines, loan: Loan<Lines>) => loan;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test("never more connections than turns, served in the order of arrival", async (t) => {
  const { server, connections } = await setting(t);
  const [one, transport] = [connections(), linesTransport()];
  const answers = await Promise.all(numbers(20).map((line) => one.use(transport, ask(line))));
  assert.deepEqual(
    answers,
    numbers(20).map((line) => `ok ${line}`),
  );
  assert.deepEqual(server.lines, numbers(20));
  assert.deepEqual([server.busiest, server.count], [2, 2]);
});

test("what is shared is opened once for all who come together", async (t) => {
  const { server, connections } = await setting(t, {});
  const [one, transport] = [connections({ budget: { concurrency: 8 } }), linesTransport(8)];
  await Promise.all(numbers(8).map((line) => one.use(transport, ask(line))));
  assert.equal(server.count, 1);
});

test("streams have turns of their own: who reads one never waits for who feeds it", async (t) => {
  const { server, connections } = await setting(t);
  const [one, transport] = [connections(), linesTransport()];
  const streams = await Promise.all([1, 2].map(() => one.lend(transport, itself, { streams: true })));
  const late = one.lend(transport, itself, { streams: true });
  assert.deepEqual(
    await Promise.all(numbers(5).map((line) => one.use(transport, ask(line)))),
    numbers(5).map((line) => `ok ${line}`),
  );
  streams[0]?.giveBack();
  for (const loan of [await late, ...streams]) loan.giveBack();
  assert.ok(server.busiest <= 4);
});

test("interactive before background", async (t) => {
  const { server, connections } = await setting(t);
  const [one, background, transport] = [connections(), connections({ background: true }), linesTransport()];
  const held = await Promise.all([1, 2].map(() => one.lend(transport, itself)));
  const uses = [background.use(transport, ask("background")), one.use(transport, ask("interactive"))];
  await delay(20);
  held[0]?.giveBack();
  await Promise.all(uses);
  assert.deepEqual(server.lines, ["interactive", "background"]);
  held[1]?.giveBack();
});

test("who waits for a turn until the deadline is told when to come back, and its place is free", async (t) => {
  const { connections } = await setting(t);
  const [one, transport] = [connections({ deadlineMs: 100 }), linesTransport()];
  const held = await Promise.all([1, 2].map(() => one.lend(transport, itself)));
  for (const loan of held) loan.rest();
  await assert.rejects(
    one.use(transport, ask("late")),
    fails("too_many_service_requests", ({ context }) => assert.ok((context.retryAfter ?? 0) >= 1)),
  );
  for (const loan of held) loan.giveBack();
  assert.equal(await one.use(transport, ask("again")), "ok again");
});

test("F4: a server that falls silent: gateway_timeout at the deadline, the socket destroyed, the next one served afresh", async (t) => {
  for (const shares of [1, 8]) {
    const { server, connections } = await setting(t);
    const [one, transport] = [connections({ deadlineMs: 150 }), linesTransport(shares)];
    server.answer = (line) => (line === "silence" ? null : `ok ${line}`);
    const began = performance.now();
    await assert.rejects(one.use(transport, ask("silence")), fails("gateway_timeout"));
    assert.ok(performance.now() - began < 650);
    await until(() => server.sockets.size === 0);
    assert.equal(await one.use(transport, ask("next")), "ok next");
  }
});

test("F4: a server that never greets is given up at the deadline, and its socket destroyed", async (t) => {
  const { server, client, connections } = await setting(t);
  server.greeting = null;
  await assert.rejects(connections({ deadlineMs: 100 }).use(linesTransport(), ask("x")), fails("gateway_timeout"));
  await until(() => server.sockets.size === 0);
  assert.equal(client.openConnections, 0);
});

test("work that moves lives on past the deadline; one that rests waits for nothing", async (t) => {
  const { connections } = await setting(t);
  const [one, transport] = [connections({ deadlineMs: 400 }), linesTransport()];
  const answer = await one.use(transport, async (lines, loan) => {
    for (let step = 0; step < 4; step++) {
      await delay(240);
      loan.moved();
    }
    loan.rest();
    await delay(600);
    return lines.ask("done");
  });
  assert.equal(answer, "ok done");
});

test("F20: the caller leaves: an exclusive connection is destroyed at once", async (t) => {
  const { server, connections } = await setting(t);
  const leaving = new AbortController();
  server.answer = () => null;
  const use = connections({ signal: leaving.signal }).use(linesTransport(), ask("x"));
  await until(() => server.lines.length === 1);
  leaving.abort();
  const began = performance.now();
  await assert.rejects(use, fails("timed_out"));
  await until(() => server.sockets.size === 0);
  assert.ok(performance.now() - began < 100);
});

test("F20: the caller leaves: a shared connection stays for the others", async (t) => {
  const { server, connections } = await setting(t);
  const [leaving, transport] = [new AbortController(), linesTransport(8)];
  let go = () => undefined as undefined;
  server.answer = (line, socket) => {
    go = () => void socket.write(`ok ${line}\n`) as undefined;
    return null;
  };
  const use = connections({ signal: leaving.signal }).use(transport, ask("x"));
  await until(() => server.lines.length === 1);
  leaving.abort();
  await assert.rejects(use, fails("timed_out"));
  go();
  server.answer = (line) => `ok ${line}`;
  assert.equal(await connections().use(transport, ask("other")), "ok other");
  assert.equal(server.count, 1);
});

test("F20: callers that leave at any moment leave nothing behind", async (t) => {
  const { server, client, connections } = await setting(t);
  server.answer = (line, socket) => {
    setTimeout(() => socket.write(`ok ${line}\n`), 3);
    return null;
  };
  for (const shares of [1, 8]) {
    const transport = linesTransport(shares);
    for (let cycle = 0; cycle < 300; cycle++) {
      const leaving = new AbortController();
      const use = connections({ signal: leaving.signal }).use(transport, ask("x"));
      if (cycle % 3 === 0) await delay(Math.random() * 6);
      leaving.abort();
      await use.catch(() => undefined);
      assert.equal(getEventListeners(leaving.signal, "abort").length, 0);
    }
    assert.match(await connections().use(transport, ask("x")), /^ok/);
  }
  client.closeConnections("1");
  assert.equal(client.openConnections, 0);
  await until(() => server.sockets.size === 0);
});

test("what is to be taken back is done though the caller has gone", async (t) => {
  const { connections } = await setting(t);
  const one = connections({ signal: AbortSignal.abort() });
  await assert.rejects(one.use(linesTransport(), ask("x")), fails("timed_out"));
  assert.equal(await one.use(linesTransport(), ask("undo"), { outlivesCaller: true }), "ok undo");
});

/** Breaks the connection so many times that one of these lines comes. */
const breaking = (server: LineServer, times: number) => {
  let left = times;
  server.answer = (line, socket) => {
    if (line !== "break" || left-- <= 0) return `ok ${line}`;
    socket.resetAndDestroy();
    return null;
  };
};

test("F7: work whose connection broke is begun anew on another, which is counted", async (t) => {
  for (const shares of [1, 8]) {
    const { server, client, connections } = await setting(t);
    const [one, transport] = [connections(), linesTransport(shares)];
    breaking(server, 2);
    assert.equal(await one.use(transport, ask("break")), "ok break");
    assert.deepEqual(server.lines, ["break", "break", "break"]);
    assert.equal(server.count, 3);
    assert.equal(client.counts.retries.reset, 2);
  }
});

test("F7: after the third time it is told, and the broken one is not lent again", async (t) => {
  const { server, connections } = await setting(t);
  const [one, transport] = [connections(), linesTransport()];
  breaking(server, 3);
  await assert.rejects(one.use(transport, ask("break")), fails("bad_gateway"));
  assert.equal(await one.use(transport, ask("next")), "ok next");
  assert.deepEqual(server.lines, ["break", "break", "break", "next"]);
});

test("F7: what may have changed something is done once, whatever broke", async (t) => {
  const { server, connections } = await setting(t);
  breaking(server, 1);
  let begun = 0;
  const change = connections().use(linesTransport(), async (lines, loan) => {
    begun++;
    await lines.ask("look");
    loan.changing();
    return lines.ask("break");
  });
  await assert.rejects(change, fails("bad_gateway"));
  assert.equal(begun, 1);
});

test("F7: what breaks before that is begun anew", async (t) => {
  const { server, connections } = await setting(t);
  breaking(server, 1);
  const change = connections().use(linesTransport(), async (lines, loan) => {
    await lines.ask("break");
    loan.changing();
    return lines.ask("change");
  });
  assert.equal(await change, "ok change");
  assert.deepEqual(server.lines, ["break", "break", "change"]);
});

test("F7: a stream's beginning is begun anew; what is lent then is the borrower's", async (t) => {
  const { server, connections } = await setting(t);
  const [one, transport] = [connections(), linesTransport()];
  breaking(server, 1);
  const loan = await one.lend(
    transport,
    async (lines, loan) => {
      await lines.ask("break");
      return loan;
    },
    { streams: true },
  );
  assert.equal(await loan.connection.ask("and on"), "ok and on");
  loan.giveBack();
});

test("F7: all who had a share of a broken connection are served by the next, for one retry of the budget", async (t) => {
  const { server, client, connections } = await setting(t);
  const [one, transport] = [connections({ budget: { concurrency: 8 } }), linesTransport(16)];
  server.answer = (line, socket) => {
    if (server.count > 1) return `ok ${line}`;
    if (server.lines.length === 8) socket.resetAndDestroy();
    return null;
  };
  const answers = await Promise.all(numbers(8).map((line) => one.use(transport, ask(line))));
  assert.deepEqual(
    answers,
    numbers(8).map((line) => `ok ${line}`),
  );
  assert.deepEqual([server.count, client.counts.retries.reset], [2, 1]);
});

test("a connection that cannot be opened is tried three times", async (t) => {
  const { server, client, connections } = await setting(t);
  await server.stop();
  await assert.rejects(connections().use(linesTransport(), ask("x")), fails("service_not_available"));
  assert.equal(client.counts.retries.connect, 2);
});

test("F3: an account's retries are few when all is down, and other accounts have their own", async (t) => {
  let time = 0;
  const { server, client, connections } = await setting(t, { now: () => time });
  breaking(server, Number.POSITIVE_INFINITY);
  const [one, transport] = [connections({ budget: { concurrency: 4 } }), linesTransport()];
  const outcomes = await Promise.allSettled(numbers(100).map(() => one.use(transport, ask("break"))));
  assert.ok(outcomes.every(({ status }) => status === "rejected"));
  assert.equal(server.lines.length, 110);
  assert.equal(client.counts.retries.reset, 10);
  assert.ok(client.counts.retryBudgetExhausted >= 90);
  await assert.rejects(connections({ account: "2" }).use(transport, ask("break")), fails("bad_gateway"));
  assert.equal(server.lines.length, 113);
  time += 10_000;
  await assert.rejects(one.use(transport, ask("break")), fails("bad_gateway"));
  assert.equal(server.lines.length, 116);
});

test("F4: all attempts have one deadline", async (t) => {
  const { server, connections } = await setting(t);
  server.answer = (_, socket) => (server.lines.length === 1 ? (void socket.resetAndDestroy() as never) : null);
  const began = performance.now();
  const one = connections({ deadlineMs: 200 });
  await assert.rejects(one.use(linesTransport(), ask("x")), fails("gateway_timeout"));
  assert.ok(performance.now() - began < 700);
  assert.equal(server.lines.length, 2);
});

test("F20: who leaves while the next attempt is waited for leaves nothing behind", async (t) => {
  const { server, client, connections } = await setting(t, { random: () => 1 });
  breaking(server, Number.POSITIVE_INFINITY);
  const leaving = new AbortController();
  const use = connections({ signal: leaving.signal }).use(linesTransport(), ask("break"));
  await until(() => client.counts.retries.reset === 1);
  leaving.abort();
  await assert.rejects(use, fails("timed_out"));
  await delay(60);
  assert.deepEqual(server.lines, ["break"]);
  assert.equal(getEventListeners(leaving.signal, "abort").length, 0);
  assert.equal(client.openConnections, 0);
});

test("what was thrown away is not lent again; to give back twice does no harm", async (t) => {
  const { server, connections } = await setting(t);
  const [one, transport] = [connections(), linesTransport()];
  const loan = await one.lend(transport, itself);
  loan.throwAway();
  loan.giveBack();
  loan.throwAway();
  await until(() => server.sockets.size === 0);
  assert.equal(await one.use(transport, ask("next")), "ok next");
});

test("what lay idle is asked first; what the server closed meanwhile is replaced unnoticed", async (t) => {
  let time = 0;
  const { server, connections } = await setting(t, { now: () => time });
  const [one, transport] = [connections(), linesTransport()];
  await one.use(transport, ask("1"));
  await one.use(transport, ask("2"));
  time += 6000;
  await one.use(transport, ask("3"));
  assert.deepEqual(server.lines, ["1", "2", "still there?", "3"]);
  time += 6000;
  server.answer = (line, socket) => (line === "still there?" ? (void socket.destroy() as never) : `ok ${line}`);
  assert.equal(await one.use(transport, ask("4")), "ok 4");
  assert.equal(server.count, 2);
});

test("what lies idle for half a minute is closed", async (t) => {
  const { server, client, connections } = await setting(t);
  const [one, transport] = [connections(), linesTransport()];
  await one.use(transport, ask("1"));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const loan = one.use(transport, ask("2"));
  await loan;
  assert.equal(client.openConnections, 1);
  t.mock.timers.tick(30_000);
  t.mock.timers.reset();
  assert.equal(client.openConnections, 0);
  await until(() => server.sockets.size === 0);
});

test("a server that takes no more is believed: the others wait for what there is", async (t) => {
  const { server, connections } = await setting(t);
  const [one, transport] = [connections({ budget: { concurrency: 4 } }), linesTransport()];
  await one.use(transport, ask("first"));
  server.greeting = "full";
  const answers = await Promise.all(numbers(10).map((line) => one.use(transport, ask(line))));
  assert.equal(answers.length, 10);
  assert.ok(server.count <= 5, `${server.count} connections were tried`);
});

test("a server that takes none at all: told, not waited for", async (t) => {
  const { server, connections } = await setting(t);
  server.greeting = "full";
  await assert.rejects(connections().use(linesTransport(), ask("x")), fails("too_many_service_requests"));
});

test("a newer credential has connections of its own; those of the old one are closed", async (t) => {
  const { server, connections } = await setting(t);
  const transport = linesTransport();
  const who = (version: number) =>
    connections({
      credentials: { current: async () => ({ credential: { scheme: "bearer", token: `${version}` }, version }) },
    }).use(transport, async ({ credential }) => credential);
  assert.deepEqual(await who(1), { scheme: "bearer", token: "1" });
  assert.deepEqual(await who(2), { scheme: "bearer", token: "2" });
  assert.equal(server.count, 2);
  await until(() => server.sockets.size === 1);
});

test("acting users never share a connection", async (t) => {
  const { server, connections } = await setting(t);
  const transport = linesTransport(8);
  await connections({ user: "lee" }).use(transport, ask("1"));
  await connections({ user: "kim" }).use(transport, ask("2"));
  assert.equal(server.count, 2);
});

test("a refused credential is renewed once, where it can be", async (t) => {
  const { server, connections } = await setting(t);
  server.greeting = "who are you?";
  let renewals = 0;
  const credentials = {
    current: async () => ({ credential: { scheme: "none" as const }, version: 1 }),
    renew: async () => {
      renewals++;
      server.greeting = "hello";
      return { credential: { scheme: "none" as const }, version: 2 };
    },
  };
  assert.equal(await connections({ credentials }).use(linesTransport(), ask("x")), "ok x");
  assert.equal(renewals, 1);
  server.greeting = "who are you?";
  await assert.rejects(
    connections({ account: "2" } as Partial<Target>).use(linesTransport(), ask("x")),
    fails("service_unauthorized"),
  );
});

test("the book counts each use, and the time in the queue", async (t) => {
  const { connections } = await setting(t);
  const book: AccountBook = newBook();
  const [one, transport] = [connections({ book, budget: { concurrency: 1 } }), linesTransport()];
  const held = await one.lend(transport, itself);
  const use = one.use(transport, ask("x"));
  await delay(30);
  held.giveBack();
  await use;
  assert.equal(book.calls, 2);
  assert.ok(book.waitedMs >= 25 && book.ms >= 25, JSON.stringify(book));
});

test("closing the client ends what is under way, and nothing is opened after it", async (t) => {
  const { server, client, connections } = await setting(t);
  server.answer = () => null;
  const [one, transport] = [connections(), linesTransport()];
  const use = one.use(transport, ask("x"));
  await until(() => server.lines.length === 1);
  await client.close();
  await assert.rejects(use, fails("service_not_available"));
  await assert.rejects(one.use(transport, ask("x")), fails("service_not_available"));
  await until(() => server.sockets.size === 0);
});
