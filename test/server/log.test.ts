import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "../../src/errors.js";
import { createLog } from "../../src/server/log.js";

const canary = "Canary0123456789abcdef";
const record = () => {
  const lines: string[] = [];
  return { lines, log: createLog({ level: "trace", destination: { write: (line) => void lines.push(line) } }) };
};

describe("the log", () => {
  test("H3: secrets do not get in, by whatever way they come", () => {
    const { lines, log } = record();
    log.info({ headers: { authorization: `Bearer ${canary}`, cookie: canary, "set-cookie": [canary] } }, "head");
    log.info({ accessToken: canary, refresh_token: canary, client_secret: canary, password: canary, apiKey: canary });
    log.info({ deep: { list: [{ account: { credential: { token: canary } } }] } });
    log.info(`calling with Authorization: Bearer ${canary}`);
    log.info("a key: %s", `APIKey ${canary}`);
    log.info(`GET https://user:${canary}@host/x?access_token=${canary}&code=${canary}&sig=${canary}&a=1`);
    log.error({ error: new Error(`refused: {"access_token":"${canary}","password": "${canary}\\"${canary}"}`) });
    const cause = new Error(`Basic ${canary}`, { cause: new Error(`token=${canary}&x`) });
    log.error({
      error: new ApiError("bad_gateway", "unreadable", {}, { cause: new Error(`?token=${canary}`, { cause }) }),
    });
    log.error(new Error(`Bearer ${canary}`));
    log.error({ error: new AggregateError([new Error(`Bearer ${canary}`)], "several") });
    log.info({ body: Buffer.from(canary) });
    log.info({ jwt: `eyJhbGciOiJIUzI1NiJ9.${canary}.${canary}` });
    log.info(`the key ugk_${canary} and Bearer ${canary},${canary}`);
    log.child({ requestId: "1", token: canary }).warn({ token: canary }, "child");
    assert.equal(lines.length, 14);
    assert.doesNotMatch(lines.join(""), new RegExp(canary));
  });

  test("what helps to find a fault stays", () => {
    const { lines, log } = record();
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    log.error(
      { requestId: "r", errorCode: "bad_gateway", error: new Error("failed", { cause }) },
      "an operation failed",
    );
    const entry = JSON.parse(lines[0] as string);
    assert.equal(entry.level, "error");
    assert.equal(entry.requestId, "r");
    assert.equal(entry.errorCode, "bad_gateway");
    assert.equal(entry.error.cause.code, "ECONNREFUSED");
    assert.match(entry.error.stack, /log\.test/);
    assert.match(entry.time, /^\d{4}-/);
  });

  test("H4: a name cannot make lines of its own, or colours", () => {
    const { lines, log } = record();
    log.info({ name: 'a\r\n{"level":"fatal"}\u001b[31m' }, "b\n\u001b[2J");
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.indexOf("\n"), (lines[0]?.length ?? 0) - 1);
    assert.ok(!lines[0]?.includes("\u001b"));
  });

  test("large, deep and round things are cut", () => {
    const { lines, log } = record();
    const round: Record<string, unknown> = {
      text: "x".repeat(1_000_000),
      list: Array.from({ length: 10_000 }, () => "y"),
    };
    round.self = round;
    log.info(round);
    log.info({ error: Object.assign(new Error("x"), { cause: round }) });
    assert.ok(lines.every((line) => line.length < 100_000));
  });
});
