import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { decodeJwt, SignJWT, UnsecuredJWT } from "jose";
import type { Caller } from "../../src/auth/caller.js";
import { Callers } from "../../src/auth/callers.js";
import { Vault } from "../../src/auth/vault.js";
import type { ErrorCode } from "../../src/errors.js";
import { RIGHTS, type Store } from "../../src/store/store.js";
import { openPlace } from "../store/folder.js";
import { fails } from "../support/fails.js";
import { newVault, SECRET } from "./setting.js";

interface Setting {
  store: Store;
  callers: Callers;
  file: string;
  pass(seconds: number): void;
  now(): number;
  account(application?: string): Promise<number>;
  refused(authorization: string | undefined, code: ErrorCode): Promise<void>;
}

const callersTest = (title: string, work: (setting: Setting) => Promise<void>) =>
  test(title, async () => {
    let time = Date.UTC(2026, 0, 1);
    const now = () => time;
    const place = await openPlace(now);
    try {
      const store = await place.connect();
      for (const id of ["acme", "rival"]) await store.applications.create({ id, name: id });
      const callers = new Callers({ store, vault: newVault(), secrets: [SECRET], now });
      await work({
        store,
        callers,
        file: place.file,
        pass: (seconds) => {
          time += seconds * 1000;
        },
        now,
        account: async (application = "acme") =>
          (await store.accounts.create({ application, service: "s", name: "n", settings: {} }, () => "sealed")).id,
        refused: (authorization, code) => assert.rejects(callers.authenticate(authorization), fails(code)),
      });
    } finally {
      await place.close();
    }
  });

const rightsOf = ({ rights }: Caller) => [...rights].sort();

describe("callers", () => {
  callersTest("nothing, or nothing that we know, is no authorization", async ({ refused }) => {
    for (const header of [undefined, "", " ", "Bearer", "Bearer  ", "Bearer ,", "APIKey", "Basic YTpi", "token"])
      await refused(header, "authentication_required");
  });

  callersTest(
    "an API key is its application, with its rights, in any case of the scheme",
    async ({ callers, refused }) => {
      const { key, record } = await callers.createKey("acme", { name: "reader", rights: ["read", "read"] });
      assert.match(key, /^ugk_[\w-]{43}$/);
      assert.ok(key.startsWith(record.prefix) && record.prefix.length < 12);
      for (const scheme of ["APIKey", "ApiKey", "apikey", " APIKEY ", "DeveloperKey", "Bearer"]) {
        const caller = await callers.authenticate(`${scheme} ${key}`);
        assert.deepEqual(caller, {
          application: "acme",
          kind: "key",
          rights: new Set(["read"]),
          accounts: null,
          endUser: null,
          name: `key ${record.id}`,
        });
      }
      assert.equal(callers.reveal(record), key);
      for (const wrong of [`${key}x`, key.slice(0, -1), key.toUpperCase(), "x", record.hash])
        await refused(`APIKey ${wrong}`, "unauthorized");
      await refused(`Bearer ${key}x`, "invalid_token");
      await refused(`Bearer ${key},${key}`, "invalid_token");
    },
  );

  callersTest("a key ends at its time, and when it is deleted", async ({ callers, refused, pass, now }) => {
    const expires = new Date(now() + 10_000).toISOString();
    const { key } = await callers.createKey("acme", { name: "short", rights: RIGHTS, expires });
    pass(9);
    await callers.authenticate(`APIKey ${key}`);
    pass(1);
    await refused(`APIKey ${key}`, "unauthorized");
    const other = await callers.createKey("acme", { name: "other", rights: ["admin"] });
    await callers.authenticate(`APIKey ${other.key}`);
    assert.equal(await callers.deleteKey("rival", other.record.id), false);
    await callers.authenticate(`APIKey ${other.key}`);
    assert.equal(await callers.deleteKey("acme", other.record.id), true);
    await refused(`APIKey ${other.key}`, "unauthorized");
    for (const ends of ["yesterday", new Date(now()).toISOString()])
      await assert.rejects(
        callers.createKey("acme", { name: "x", rights: ["read"], expires: ends }),
        fails("invalid_parameters"),
      );
    await assert.rejects(callers.createKey("acme", { name: "x", rights: [] }), fails("invalid_parameters"));
  });

  callersTest("a given key is adopted once, whoever starts when", async ({ callers, store, now }) => {
    const text = "the-operators-own-key";
    const others = Array.from({ length: 5 }, () => new Callers({ store, vault: newVault(), secrets: [SECRET], now }));
    const adopted = await Promise.all([callers, ...others].map((one) => one.adoptKey("acme", text)));
    assert.equal(new Set(adopted.map(({ id }) => id)).size, 1);
    assert.equal((await store.keys.list("acme")).length, 1);
    assert.deepEqual(rightsOf(await callers.authenticate(`APIKey ${text}`)), [...RIGHTS].sort());
    await assert.rejects(callers.adoptKey("rival", text), fails("data_conflict"));
    for (const bad of ["short", "", "sixteen letters of", "sechzehn-Zeichen-ü"])
      await assert.rejects(callers.adoptKey("acme", bad), fails("invalid_parameters"));
    const vault = new Vault([{ number: 1, secret: "another secret than the one before" }]);
    await assert.rejects(
      new Callers({ store, vault, secrets: [SECRET], now }).adoptKey("acme", text),
      /sealed with another UNIGRAPH_SECRET/,
    );
  });

  callersTest(
    "a bearer token is its account; several are all of theirs, in order",
    async ({ callers, account, refused }) => {
      const [one, two] = [await account(), await account()];
      const [first, again, second] = [
        await callers.createToken(one),
        await callers.createToken(one),
        await callers.createToken(two),
      ];
      assert.match(first, /^ugt_[\w-]{43}$/);
      const caller = await callers.authenticate(`bearer ${first}`);
      assert.deepEqual(
        [caller.kind, caller.application, caller.accounts, caller.endUser],
        ["token", "acme", [one], null],
      );
      assert.deepEqual(rightsOf(caller), ["raw", "read", "write"]);
      assert.deepEqual((await callers.authenticate(`Bearer ${second}, ${first},${again}`)).accounts, [two, one]);
      await refused(`Bearer ${first},wrong`, "invalid_token");
      await refused(`APIKey ${first}`, "unauthorized");
    },
  );

  callersTest("tokens of two applications do not go together, nor more than a hundred", async (setting) => {
    const { callers, account, refused } = setting;
    const [ours, theirs] = [
      await callers.createToken(await account()),
      await callers.createToken(await account("rival")),
    ];
    assert.equal((await callers.authenticate(`Bearer ${theirs}`)).application, "rival");
    await refused(`Bearer ${ours},${theirs}`, "forbidden");
    await callers.authenticate(`Bearer ${Array(100).fill(ours).join()}`);
    await refused(`Bearer ${Array(101).fill(ours).join()}`, "bad_request");
  });

  callersTest(
    "an expired token is refused, also one that was just verified",
    async ({ callers, store, account, refused, pass, now }) => {
      const token = await callers.createToken(await account());
      const expires = new Date(now() + 5_000).toISOString();
      const hash = createHash("sha256").update("short-lived").digest("base64url");
      await store.tokens.create({ hash, account: await account(), expires });
      await callers.authenticate(`Bearer ${token},short-lived`);
      pass(5);
      await refused(`Bearer ${token},short-lived`, "invalid_token");
      await callers.authenticate(`Bearer ${token}`);
    },
  );

  callersTest(
    "a storm asks the store once for each token, and again after 30 s",
    async ({ callers, store, account, pass }) => {
      const tokens = await Promise.all([callers.createToken(await account()), callers.createToken(await account())]);
      const { byHashes } = store.tokens;
      let asked = 0;
      store.tokens.byHashes = (hashes) => {
        asked += hashes.length;
        return byHashes(hashes);
      };
      const storm = () =>
        Promise.all(Array.from({ length: 1000 }, (_, number) => callers.authenticate(`Bearer ${tokens[number % 2]}`)));
      await storm();
      await storm();
      assert.equal(asked, 2);
      pass(29.9);
      await storm();
      assert.equal(asked, 2);
      pass(0.1);
      await storm();
      assert.equal(asked, 4);
    },
  );

  callersTest(
    "after a failure of the store, or before a token was made, nothing is remembered",
    async ({ callers, store, account }) => {
      const token = await callers.createToken(await account());
      const { byHashes } = store.tokens;
      store.tokens.byHashes = () => Promise.reject(new Error("busy"));
      await assert.rejects(callers.authenticate(`Bearer ${token}`), /busy/);
      store.tokens.byHashes = async () => [null];
      await assert.rejects(callers.authenticate(`Bearer ${token}`), fails("invalid_token"));
      store.tokens.byHashes = byHashes;
      await callers.authenticate(`Bearer ${token}`);
    },
  );

  callersTest(
    "a disconnected account's token ends at once, even if it is being looked up",
    async ({ callers, store, account, refused }) => {
      const number = await account();
      const token = await callers.createToken(number);
      await callers.authenticate(`Bearer ${token}`);
      await store.accounts.delete(number);
      callers.forgetAccount(number);
      await refused(`Bearer ${token}`, "invalid_token");

      const next = await account();
      const racing = await callers.createToken(next);
      const lookup = callers.authenticate(`Bearer ${racing}`);
      await store.accounts.delete(next);
      callers.forgetAccount(next);
      await lookup.catch(() => undefined);
      await refused(`Bearer ${racing}`, "invalid_token");
    },
  );

  callersTest("a session is one person's, for minutes", async ({ callers, refused, pass, now }) => {
    const { token, expires } = await callers.createSession({ application: "acme", endUser: "mary@ä", minutes: 15 });
    assert.equal(expires, new Date(now() + 15 * 60_000).toISOString());
    const caller = await callers.authenticate(`Bearer ${token}`);
    assert.deepEqual(
      [caller.kind, caller.application, caller.accounts, caller.endUser],
      ["session", "acme", null, "mary@ä"],
    );
    assert.deepEqual(rightsOf(caller), ["raw", "read", "write"]);
    assert.doesNotMatch(caller.name, /mary/);
    await refused(`Bearer ${token},${token}`, "invalid_token");
    pass(15 * 60);
    await refused(`Bearer ${token}`, "invalid_token");
    for (const minutes of [0, 1441, 1.5, Number.NaN, -1])
      await assert.rejects(
        callers.createSession({ application: "acme", endUser: "m", minutes }),
        fails("invalid_parameters"),
      );
    await assert.rejects(
      callers.createSession({ application: "acme", endUser: "", minutes: 1 }),
      fails("invalid_parameters"),
    );
  });

  callersTest("a session that we did not sign as one is refused", async ({ callers, refused, store, now }) => {
    const { token } = await callers.createSession({ application: "acme", endUser: "mary", minutes: 60 });
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const claims = decodeJwt(token);
    const edited = Buffer.from(JSON.stringify({ ...claims, application: "rival" })).toString("base64url");
    const foreign = new Callers({ store, vault: newVault(), secrets: ["another secret altogether!!!!!!!"], now });
    const typ = "unigraph-session+jwt";
    const sign = (alg: string, change: object) =>
      new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg, typ }).sign(Buffer.from(SECRET));
    for (const forged of [
      `${header}.${edited}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${"A".repeat(43)}`,
      new UnsecuredJWT(claims).encode(),
      await sign("HS256", {}),
      await sign("HS512", {}),
      (await foreign.createSession({ application: "acme", endUser: "mary", minutes: 60 })).token,
      "a.b.c",
    ])
      await refused(`Bearer ${forged}`, "invalid_token");
    await callers.authenticate(`Bearer ${token}`);
  });

  callersTest("no key and no token is in the database", async ({ callers, account, file }) => {
    const { key } = await callers.createKey("acme", { name: "k", rights: RIGHTS });
    const token = await callers.createToken(await account());
    await callers.adoptKey("acme", "the-operators-own-key");
    const bytes = Buffer.concat([await readFile(file), await readFile(`${file}-wal`)]).toString("latin1");
    for (const secret of [key, token, "the-operators-own-key", key.slice(12), token.slice(12)])
      assert.equal(bytes.includes(secret), false);
  });
});
