import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { dial } from "./support/raw.js";
import { until } from "./support/start.js";

const begin = async (environment: Record<string, string> = {}) => {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, "support", "process.js")], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const exited = once(child, "exit");
  await until(() => /ready \S+\n/.test(output), "it is ready");
  return { child, exited, url: /ready (\S+)/.exec(output)?.[1] as string, output: () => output };
};

const ask = (url: string, query: string): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "key" },
    body: JSON.stringify({ query }),
  });

describe("F27: the end of a process", () => {
  test("what is under way is finished, sockets are told, then everything closes", async () => {
    const { child, exited, url, output } = await begin();
    const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, ["graphql-transport-ws"], {
      headers: { authorization: "key" },
    });
    await once(socket, "open");
    const closed = once(socket, "close");
    const underWay = Array.from({ length: 5 }, () => ask(url, "{ wait(ms: 700) }"));
    await sleep(200);
    child.kill("SIGTERM");
    const [code, reason] = await closed;
    assert.equal(code, 1001);
    assert.equal(String(reason), "the server is shutting down");
    await assert.rejects(ask(url, "{ greet }"), "new connections are refused");
    for (const response of await Promise.all(underWay)) {
      assert.equal(response.headers.get("connection"), "keep-alive");
      assert.deepEqual(await response.json(), { data: { wait: "done" } });
    }
    assert.deepEqual(await exited, [0, null]);
    assert.match(output(), /closed the store/);
  });

  test("while load balancers notice, requests are still taken, but it is not ready", async () => {
    const { child, exited, url } = await begin({ SETTLE: "1500" });
    child.kill("SIGTERM");
    await sleep(200);
    const ready = await fetch(`${url}/readyz`);
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), { ready: false, problems: ["shutting down"] });
    assert.equal(ready.headers.get("connection"), "close");
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.deepEqual(await (await ask(url, "{ greet }")).json(), { data: { greet: "hello" } });
    assert.deepEqual(await exited, [0, null]);
  });

  test("a second signal ends it at once", async () => {
    const { child, exited, url } = await begin();
    const underWay = ask(url, "{ wait(ms: 20000) }").catch((error: unknown) => error);
    await sleep(200);
    child.kill("SIGTERM");
    await sleep(200);
    child.kill("SIGTERM");
    assert.deepEqual(await exited, [1, null]);
    assert.ok((await underWay) instanceof Error);
  });

  test("an idle connection does not hold it up", async () => {
    const { child, exited, url } = await begin();
    const { socket, text, closed } = await dial(url);
    socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    await until(() => text().includes('"ok":true'), "an answer");
    child.kill("SIGTERM");
    await closed;
    assert.deepEqual(await exited, [0, null]);
  });
});
