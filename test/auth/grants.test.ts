import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Credential } from "../../src/auth/credential.js";
import type { Grants } from "../../src/auth/grants.js";
import type { Account, Store } from "../../src/store/store.js";
import { openPlace } from "../store/folder.js";
import { fails } from "../support/fails.js";
import { json, OAuthServer } from "./oauthServer.js";
import { callResource, openParts, type Parts } from "./setting.js";

const MINUTE = 60_000;

interface Setting extends Parts {
  oauth: OAuthServer;
  file: string;
  /** Moves our clock on, or only it: the service has its own. */
  pass(milliseconds: number): void;
  now(): number;
  connect(credential: Partial<Extract<Credential, { scheme: "bearer" }>>, service?: string): Promise<Account>;
}

const connectAccount = (store: Store, grants: Grants, credential: Credential, service = "oauth"): Promise<Account> =>
  store.accounts.create({ application: "acme", service, name: "alice", settings: {} }, (id) =>
    grants.seal({ application: "acme", id }, 1, credential),
  );

const grantTest = (title: string, work: (setting: Setting) => Promise<void>) =>
  test(title, async () => {
    const [oauth, place] = [await OAuthServer.start(), await openPlace()];
    let skipped = 0;
    const now = () => Date.now() + skipped;
    const parts = await openParts(place.file, oauth.token, { now });
    try {
      await parts.store.applications.create({ id: "acme", name: "Acme" });
      await work({
        ...parts,
        oauth,
        file: place.file,
        now,
        pass: (milliseconds) => {
          skipped += milliseconds;
        },
        connect: (credential, service) =>
          connectAccount(parts.store, parts.grants, { scheme: "bearer", ...oauth.grant(), ...credential }, service),
      });
    } finally {
      await parts.store.close();
      await oauth.close();
      await place.close();
    }
  });

const tokenOf = ({ credential }: { credential: Credential }) =>
  credential.scheme === "bearer" ? credential.token : null;

describe("grants", () => {
  grantTest("a credential is given as it was saved, and can be replaced", async ({ grants, store }) => {
    const typed: Credential = { scheme: "password", username: "alice", password: "pä:ss" };
    const account = await connectAccount(store, grants, typed, "webdav");
    const source = grants.source(account);
    assert.deepEqual(await source.current(), { credential: typed, version: 1 });
    assert.equal(source.renew, undefined);
    await store.accounts.update(account.id, { active: false });
    const saved = await grants.save(account, { ...typed, password: "new" });
    assert.deepEqual(saved, { credential: { ...typed, password: "new" }, version: 2 });
    assert.deepEqual(await source.current(), saved);
    assert.equal((await store.accounts.getMany([account.id]))[0]?.active, true);
    await store.accounts.delete(account.id);
    await assert.rejects(source.current(), fails("not_found"));
    await assert.rejects(grants.save(account, typed), fails("not_found"));
  });

  grantTest(
    "a token with time left is used, one near its end renewed before",
    async ({ grants, connect, oauth, now }) => {
      const fresh = grants.source(await connect({ expires: now() + 2 * MINUTE }));
      assert.equal((await fresh.current()).version, 1);
      assert.equal(oauth.asked, 0);
      const old = grants.source(await connect({ expires: now() + MINUTE / 2 }));
      const { credential, version } = await old.current();
      assert.deepEqual([version, oauth.granted], [2, 1]);
      assert.ok(credential.scheme === "bearer" && Math.abs((credential.expires ?? 0) - now() - 3_600_000) < MINUTE);
      assert.deepEqual(await old.current(), { credential, version });
      assert.equal(oauth.granted, 1);
    },
  );

  grantTest("100 callers at the end of a token renew it once", async ({ grants, connect, oauth, now }) => {
    const account = await connect({ expires: now() - 1 });
    const statuses = await Promise.all(Array.from({ length: 100 }, () => callResource(grants, account, oauth.origin)));
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.deepEqual([oauth.asked, oauth.granted, oauth.revoked], [1, 1, 0]);
  });

  grantTest(
    "100 callers refused with 401 renew once; who comes late is given the newer",
    async ({ grants, connect, oauth }) => {
      const account = await connect({ token: "gone" });
      const statuses = await Promise.all(
        Array.from({ length: 100 }, () => callResource(grants, account, oauth.origin)),
      );
      assert.deepEqual([...new Set(statuses)], [200]);
      assert.equal(oauth.asked, 1);
      assert.equal((await grants.source(account).renew?.(1))?.version, 2);
      assert.equal(oauth.asked, 1);
    },
  );

  grantTest("without a refresh token there is nothing to renew", async ({ grants, store, oauth, now }) => {
    const account = await connectAccount(store, grants, { scheme: "bearer", token: "t", expires: now() - 1 });
    const source = grants.source(account);
    assert.equal(tokenOf(await source.current()), "t");
    await assert.rejects(source.renew?.(1) ?? Promise.resolve(), fails("service_unauthorized"));
    assert.equal(oauth.asked, 0);
  });

  for (const [name, trouble] of Object.entries({
    "answers 503": (response) => json(response, 503, { error: "temporarily_unavailable" }),
    "cuts the connection": (response) => void response.destroy(),
    "answers with a page": (response) =>
      void response.writeHead(200, { "content-type": "text/html" }).end("<p>Log in</p>"),
    "answers half an object": (response) => json(response, 200, { token_type: "bearer", secret: "canary" }),
    "knows our client no more": (response) => json(response, 401, { error: "invalid_client" }),
  } satisfies Record<string, OAuthServer["trouble"]>))
    grantTest(
      `when the token endpoint ${name}, a token still good is used, and asked is once in 30 s`,
      async (setting) => {
        const { grants, connect, oauth, pass, now, dead } = setting;
        oauth.trouble = trouble;
        const account = await connect({ expires: now() + MINUTE / 2 });
        const source = grants.source(account);
        for (let call = 0; call < 20; call++) assert.equal((await source.current()).version, 1);
        assert.equal(oauth.asked, 1);
        await assert.rejects(source.renew?.(1) ?? Promise.resolve(), (error) => {
          fails("service_not_available")(error);
          assert.doesNotMatch(JSON.stringify(error), /canary|refresh-|access-/);
          return true;
        });
        pass(29_000);
        assert.equal((await source.current()).version, 1);
        assert.equal(oauth.asked, 1);
        pass(1_500);
        await assert.rejects(source.current(), fails("service_not_available"));
        await assert.rejects(source.current(), fails("service_not_available"));
        assert.equal(oauth.asked, 2);
        oauth.trouble = null;
        pass(30_000);
        assert.equal((await source.current()).version, 2);
        assert.deepEqual(dead, []);
      },
    );

  grantTest("a service may ask for a longer pause", async ({ grants, connect, oauth, pass, now }) => {
    oauth.trouble = (response) => {
      response.setHeader("retry-after", "90");
      json(response, 429, { error: "slow_down" });
    };
    const source = grants.source(await connect({ expires: now() - 1 }));
    await assert.rejects(source.current(), fails("service_not_available"));
    pass(60_000);
    await assert.rejects(source.current(), fails("service_not_available"));
    assert.equal(oauth.asked, 1);
  });

  grantTest(
    "a slow renewal does not hold up those whose token is still good",
    async ({ grants, connect, oauth, now }) => {
      let answer: (() => void) | undefined;
      oauth.trouble = () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        });
      const source = grants.source(await connect({ expires: now() + MINUTE / 2 }));
      const given = await Promise.all([source.current(), source.current()]);
      assert.deepEqual(
        given.map(({ version }) => version),
        [1, 1],
      );
      assert.equal(oauth.asked, 1);
      answer?.();
    },
  );

  grantTest(
    "invalid_grant ends the account, once and for all",
    async ({ grants, store, connect, oauth, dead, pass, now }) => {
      const account = await connect({ refreshToken: "revoked by the user", expires: now() - 1 });
      const source = grants.source(account);
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => source.current()));
      for (const result of results) fails("service_unauthorized")((result as PromiseRejectedResult).reason);
      assert.deepEqual(
        dead.map(({ id }) => id),
        [account.id],
      );
      assert.equal((await store.accounts.getMany([account.id]))[0]?.active, false);
      pass(10 * MINUTE);
      await assert.rejects(source.current(), fails("service_unauthorized"));
      await assert.rejects(source.renew?.(1) ?? Promise.resolve(), fails("service_unauthorized"));
      assert.equal(oauth.asked, 1);
      await grants.save(account, { scheme: "bearer", ...oauth.grant() });
      assert.equal(await callResource(grants, account, oauth.origin), 200);
    },
  );

  grantTest("invalid_grant for a token that was replaced meanwhile harms nobody", async (setting) => {
    const { grants, connect, oauth, dead, store, now } = setting;
    const account = await connect({ expires: now() - 1 });
    const newer: Credential = { scheme: "bearer", ...oauth.grant() };
    oauth.trouble = async (response) => {
      await grants.save(account, newer);
      json(response, 400, { error: "invalid_grant" });
    };
    assert.deepEqual(await grants.source(account).current(), { credential: newer, version: 2 });
    assert.deepEqual(dead, []);
    assert.equal((await store.accounts.getMany([account.id]))[0]?.active, true);
  });

  grantTest("a new token that could not be saved is kept, and saved when that is possible", async (setting) => {
    const { grants, connect, oauth, store, pass, now } = setting;
    const account = await connect({ expires: now() - 1 });
    const { swap } = store.credentials;
    store.credentials.swap = () => Promise.reject(new Error("the disk is full"));
    await assert.rejects(grants.source(account).current(), /disk is full/);
    store.credentials.swap = swap;
    pass(31_000);
    assert.equal(await callResource(grants, account, oauth.origin), 200);
    assert.deepEqual([oauth.asked, oauth.revoked], [1, 0]);
  });

  grantTest("no token in the database, its log, or an error", async ({ grants, connect, oauth, file, now }) => {
    const account = await connect({ expires: now() - 1 });
    await grants.source(account).current();
    const bytes = Buffer.concat([await readFile(file), await readFile(`${file}-wal`)]).toString("latin1");
    assert.ok(bytes.includes("alice"));
    assert.equal(oauth.secrets.length, 4);
    for (const secret of oauth.secrets) assert.equal(bytes.includes(secret), false);
    assert.doesNotMatch(bytes, /refresh-|access-/);
  });

  grantTest("a row moved to another account does not open", async ({ grants, connect, store, oauth }) => {
    const [one, other] = [await connect({}), await connect({})];
    const stolen = (await store.credentials.get(one.id))?.sealed as string;
    await store.credentials.swap(other.id, 1, stolen);
    await assert.rejects(grants.source(other).current(), fails("internal_error"));
    assert.equal(await callResource(grants, one, oauth.origin), 200);
  });
});
