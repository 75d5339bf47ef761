import assert from "node:assert/strict";
import { describe } from "node:test";
import { type Caller, mayUse, visibleTo } from "../../../src/auth/caller.js";
import type { AccountFilter } from "../../../src/store/store.js";
import { fails } from "../../support/fails.js";
import { at, newAccount, type OpenStorePlace, storeTests } from "./place.js";

const ALL = { after: 0, limit: 1000 };

export const accountTests = (open: OpenStorePlace) =>
  describe("accounts", () => {
    const storeTest = storeTests(open);

    storeTest("an account is kept as it was made, with its credential", async ({ store }) => {
      const account = await store.accounts.create(
        newAccount({
          name: "Ünï 😀 \0 'quoted'; --",
          settings: { origin: "https://dav.example.com/é", port: 8443, secure: true, none: null },
          customProperties: { deep: [{ a: null }], text: "\u2028" },
          admin: true,
          scope: "files.read",
          endUser: "user-1",
        }),
        (id) => `sealed for ${id}`,
      );
      assert.deepEqual(account, {
        id: account.id,
        application: "acme",
        service: "dropbox",
        name: "Ünï 😀 \0 'quoted'; --",
        settings: { origin: "https://dav.example.com/é", port: 8443, secure: true, none: null },
        active: true,
        enabled: true,
        admin: true,
        scope: "files.read",
        customProperties: { deep: [{ a: null }], text: "\u2028" },
        endUser: "user-1",
        created: at(0),
        modified: at(0),
      });
      assert.deepEqual(await store.accounts.getMany([account.id]), [account]);
      assert.deepEqual(await store.credentials.get(account.id), {
        account: account.id,
        version: 1,
        sealed: `sealed for ${account.id}`,
        state: "valid",
        leaseOwner: null,
        leaseUntil: null,
        retryAt: null,
      });
    });

    storeTest("no account without an application, none when sealing fails", async ({ store }) => {
      await assert.rejects(
        store.accounts.create(newAccount({ application: "nobody" }), () => "sealed"),
        fails("not_found"),
      );
      const refuse = () => {
        throw new Error("cannot seal");
      };
      await assert.rejects(store.accounts.create(newAccount(), refuse), /cannot seal/);
      assert.equal(await store.accounts.count({ application: "acme" }), 0);
    });

    storeTest("JSON from outside stays data", async ({ store, account }) => {
      const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
      const { id } = await account({ settings: hostile, customProperties: hostile });
      const [found] = await store.accounts.getMany([id]);
      for (const json of [found?.settings, found?.customProperties]) {
        assert.equal(JSON.stringify(json), JSON.stringify(hostile));
        assert.equal(Object.getPrototypeOf(json), Object.prototype);
      }
      assert.equal("polluted" in {}, false);
    });

    storeTest("many are given in the order asked for", async ({ store, account }) => {
      const [one, two, three] = [await account(), await account(), await account()];
      assert.deepEqual(await store.accounts.getMany([three.id, 999, one.id, two.id, one.id]), [
        three,
        null,
        one,
        two,
        one,
      ]);
      assert.deepEqual(await store.accounts.getMany([]), []);
    });

    storeTest("pages follow one another by number, without gap or repetition", async ({ store, account }) => {
      const ids: number[] = [];
      for (let count = 0; count < 7; count++) ids.push((await account()).id);
      const pages: number[][] = [];
      for (let after = 0; ; ) {
        const page = await store.accounts.list({ application: "acme" }, { after, limit: 3 });
        pages.push(page.map(({ id }) => id));
        if (page.length < 3) break;
        after = page.at(-1)?.id as number;
      }
      assert.deepEqual(pages, [ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
      assert.deepEqual(
        await store.accounts.list({ application: "acme" }, { after: ids.at(-1) as number, limit: 3 }),
        [],
      );
    });

    storeTest("filters, alone and together", async ({ store, account }) => {
      await account({ name: "Ärger 100%_\\", service: "webdav", endUser: "mary" });
      await account({ name: "bob@example.com", admin: true });
      const off = await account({ name: "off", endUser: "mary" });
      await store.accounts.update(off.id, { enabled: false, active: false });
      const names = async (filter: Omit<AccountFilter, "application">) => {
        const found = await store.accounts.list({ application: "acme", ...filter }, ALL);
        assert.equal(await store.accounts.count({ application: "acme", ...filter }), found.length);
        return found.map(({ name }) => name);
      };
      const [umlaut, bob] = ["Ärger 100%_\\", "bob@example.com"];
      assert.deepEqual(await names({}), [umlaut, bob, "off"]);
      assert.deepEqual(await names({ ids: [off.id] }), ["off"]);
      assert.deepEqual(await names({ ids: [] }), []);
      assert.deepEqual(await names({ services: [] }), []);
      assert.deepEqual(await names({ services: ["webdav", "box"] }), [umlaut]);
      assert.deepEqual(await names({ endUser: "mary" }), [umlaut, "off"]);
      assert.deepEqual(await names({ endUser: "" }), []);
      assert.deepEqual(await names({ enabled: true }), [umlaut, bob]);
      assert.deepEqual(await names({ active: false }), ["off"]);
      assert.deepEqual(await names({ admin: true }), [bob]);
      assert.deepEqual(await names({ endUser: "mary", enabled: true }), [umlaut]);
      for (const query of ["ÄRGER", "ä", "A\u0308", "%", "_", "\\", "WebDAV"])
        assert.deepEqual(await names({ query }), [umlaut], query);
      for (const query of ["x%", "' or 1=1 --", "x".repeat(100_000)]) assert.deepEqual(await names({ query }), []);
      assert.deepEqual(await names({ query: "" }), [umlaut, bob, "off"]);
    });

    storeTest("a change changes what it names", async ({ store, account, pass }) => {
      const before = await account({ endUser: "mary", scope: "read", settings: { a: 1 }, customProperties: { b: 2 } });
      pass(10);
      const after = await store.accounts.update(before.id, { name: "Renamed", endUser: null, enabled: false });
      assert.deepEqual(after, { ...before, name: "Renamed", endUser: null, enabled: false, modified: at(10) });
      assert.deepEqual(
        await store.accounts.update(before.id, { settings: {}, active: false, admin: true, scope: null }),
        {
          ...after,
          settings: {},
          active: false,
          admin: true,
          scope: null,
        },
      );
      assert.equal((await store.accounts.list({ application: "acme", query: "renamed" }, ALL)).length, 1);
      assert.equal((await store.accounts.list({ application: "acme", query: "alice" }, ALL)).length, 0);
      assert.equal(await store.accounts.update(999, { name: "nobody" }), null);
    });

    storeTest("all of an account goes with it, and its number is not used again", async ({ store, account }) => {
      const [gone, stays] = [await account(), await account()];
      for (const { id } of [gone, stays]) {
        await store.tokens.create({ hash: `token ${id}`, account: id, expires: null });
        const link = { id: `link ${id}`, account: id, file: "f", direct: false, password: null, expires: null };
        await store.links.create(link);
        await store.uploads.create({
          id: `upload ${id}`,
          account: id,
          user: null,
          parent: "root",
          name: "n",
          size: null,
          mimeType: null,
          overwrite: false,
          expires: at(60),
        });
      }
      assert.equal(await store.accounts.delete(gone.id), true);
      assert.equal(await store.accounts.delete(gone.id), false);
      const remains = async (id: number) => [
        (await store.accounts.getMany([id]))[0] !== null,
        (await store.credentials.get(id)) !== null,
        (await store.tokens.byHashes([`token ${id}`]))[0] !== null,
        (await store.links.get(`link ${id}`)) !== null,
        (await store.uploads.get(`upload ${id}`)) !== null,
      ];
      assert.deepEqual(await remains(gone.id), [false, false, false, false, false]);
      assert.deepEqual(await remains(stays.id), [true, true, true, true, true]);
      await store.accounts.delete(stays.id);
      assert.ok((await account()).id > stays.id);
    });

    storeTest("no caller's filter shows what the caller may not use", async ({ store, account }) => {
      await store.applications.create({ id: "rival", name: "Rival" });
      const all = [
        await account({ endUser: "mary" }),
        await account({ endUser: "john" }),
        await account(),
        await account({ application: "rival", endUser: "mary" }),
        await account({ application: "rival" }),
      ];
      const numbers = all.map(({ id }) => id);
      const callers = ["acme", "rival", "nobody"].flatMap((application) =>
        [null, "mary", "john", ""].flatMap((endUser) =>
          [null, [], numbers, numbers.slice(1, 4)].map((accounts): Caller => {
            const kind = accounts ? "token" : endUser === null ? "key" : "session";
            return { application, kind, rights: new Set(["read"]), accounts, endUser, name: "caller" };
          }),
        ),
      );
      assert.equal(callers.length, 48);
      for (const caller of callers) {
        const seen = await store.accounts.list(visibleTo(caller), ALL);
        assert.deepEqual(
          seen,
          all.filter((one) => mayUse(caller, one)),
        );
        assert.ok(seen.every(({ application }) => application === caller.application));
      }
    });
  });
