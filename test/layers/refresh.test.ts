import assert from "node:assert/strict";
import { test } from "node:test";
import { refresh } from "../../src/upstream/layers/refresh.js";
import type { VersionedCredential } from "../../src/upstream/upstream.js";
import { answering, openCall, through, type Wire } from "./through.js";

const versioned = (version: number): VersionedCredential => ({ credential: { scheme: "none" }, version });

/** Answers 401 to what is signed with an older version than this. */
const demanding = (version: number): { wire: Wire; signed: number[] } => {
  const signed: number[] = [];
  const wire: Wire = (options, handler) => {
    const { call } = options;
    call.version = call.credential?.version ?? 1;
    signed.push(call.version);
    answering(call.version < version ? 401 : 200)(options, handler);
  };
  return { wire, signed };
};

test("a refused credential is renewed once, and the request repeated once", async () => {
  const renewed: number[] = [];
  const renew = async (version: number) => {
    renewed.push(version);
    return versioned(version + 1);
  };
  const call = () => openCall({ credentials: { current: async () => versioned(1), renew } });
  const better = demanding(2);
  assert.equal(await through(refresh(), better.wire, { call: call() }), 200);
  const never = demanding(9);
  assert.equal(await through(refresh(), never.wire, { call: call() }), 401);
  assert.deepEqual(
    [renewed, better.signed, never.signed],
    [
      [1, 1],
      [1, 2],
      [1, 2],
    ],
  );
});

test("a credential that was renewed meanwhile is taken as it is", async () => {
  const renew = () => assert.fail("renewed again");
  const call = openCall({ credentials: { current: async () => versioned(2), renew } });
  const { wire, signed } = demanding(2);
  assert.equal(await through(refresh(), wire, { call }), 200);
  assert.deepEqual(signed, [1, 2]);
});

test("without a way to renew, a refusal is the answer", async () => {
  const { wire, signed } = demanding(2);
  assert.equal(await through(refresh(), wire, { call: openCall() }), 401);
  assert.deepEqual(signed, [1]);
});

test("a call that ends during the renewal does not go on", async () => {
  let finish: (credential: VersionedCredential) => void = () => undefined;
  const renew = () =>
    new Promise<VersionedCredential>((resolve) => {
      finish = resolve;
    });
  const call = openCall({ credentials: { current: async () => versioned(1), renew } });
  const { wire, signed } = demanding(2);
  const outcome = through(refresh(), wire, { call });
  await new Promise(setImmediate);
  call.abort(new Error("gone"));
  assert.equal(String(await outcome), "Error: gone");
  finish(versioned(2));
  await new Promise(setImmediate);
  assert.deepEqual(signed, [1]);
});
