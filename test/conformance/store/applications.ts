import assert from "node:assert/strict";
import { describe } from "node:test";
import type { Application } from "../../../src/store/store.js";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const PLAIN: Application = {
  id: "acme",
  name: "Acme",
  description: null,
  logoUrl: null,
  active: true,
  implicitGrantEnabled: false,
  recentEnabled: false,
  eventsEnabled: false,
  source: null,
  created: at(0),
  modified: at(0),
};

export const applicationTests = (open: OpenStorePlace) =>
  describe("applications", () => {
    const storeTest = storeTests(open);

    storeTest("one is kept as it was made, and no second of its id", async ({ store, pass }) => {
      pass(1);
      const given = { logoUrl: "https://x.example/é.png", eventsEnabled: true, active: false, source: "import" };
      const later = await store.applications.create({ id: "a later one", name: "\0 😀", ...given });
      assert.deepEqual(later, {
        ...PLAIN,
        ...given,
        id: "a later one",
        name: "\0 😀",
        created: at(1),
        modified: at(1),
      });
      assert.deepEqual(await store.applications.first(), PLAIN);
      assert.deepEqual(await store.applications.list(), [PLAIN, later]);
      assert.deepEqual(await store.applications.get("a later one"), later);
      assert.equal(await store.applications.get("nobody"), null);
      await assert.rejects(store.applications.create({ id: "acme", name: "twice" }), fails("data_conflict"));
      assert.equal((await store.applications.get("acme"))?.name, "Acme");
    });

    storeTest("a change changes what it names", async ({ store, pass }) => {
      pass(5);
      const changed = { ...PLAIN, description: "d", implicitGrantEnabled: true, recentEnabled: true, modified: at(5) };
      const change = { description: "d", implicitGrantEnabled: true, recentEnabled: true };
      assert.deepEqual(await store.applications.update("acme", change), changed);
      assert.deepEqual(await store.applications.update("acme", { description: null, active: false }), {
        ...changed,
        description: null,
        active: false,
      });
      assert.equal(await store.applications.update("nobody", change), null);
    });

    storeTest("all of an application goes with it, and nothing of another", async ({ store, account }) => {
      await store.applications.create({ id: "other", name: "Other" });
      for (const application of ["acme", "other"]) {
        const { id } = await account({ application });
        await store.redirectUris.create({ application, uri: "https://x.example/" });
        await store.trustedDomains.create({ application, domain: "x.example" });
        await store.serviceKeys.create({ application, service: "dropbox", clientId: "c", sealed: null });
        const place = { application, expires: at(60) };
        await store.flows.create(
          { ...place, hash: `flow ${application}`, service: null, cookie: null, sealed: "s" },
          5,
        );
        await store.codes.create({
          ...place,
          hash: `code ${application}`,
          account: id,
          redirectUri: "u",
          endUser: null,
        });
      }
      assert.equal(await store.applications.delete("acme"), true);
      assert.equal(await store.applications.delete("acme"), false);
      const remains = async (application: string) => [
        await store.accounts.count({ application }),
        (await store.redirectUris.list(application)).length,
        (await store.trustedDomains.list(application)).length,
        (await store.serviceKeys.list(application)).length,
        Number((await store.flows.take(`flow ${application}`)) !== null),
        Number((await store.codes.take(`code ${application}`)) !== null),
      ];
      assert.deepEqual(await remains("acme"), [0, 0, 0, 0, 0, 0]);
      assert.deepEqual(await remains("other"), [1, 1, 1, 1, 1, 1]);
    });

    storeTest("redirect URIs and domains: once each, by age, deleted by their own application", async ({ store }) => {
      await store.applications.create({ id: "other", name: "Other" });
      const uri = { application: "acme", uri: "https://x.example/?a=1" };
      const first = await store.redirectUris.create(uri);
      assert.deepEqual(first, { ...uri, id: first.id, created: at(0) });
      await assert.rejects(store.redirectUris.create(uri), fails("data_conflict"));
      await store.redirectUris.create({ ...uri, application: "other" });
      const second = await store.redirectUris.create({ application: "acme", uri: "https://a.example/" });
      assert.deepEqual(await store.redirectUris.list("acme"), [first, second]);
      assert.equal(await store.redirectUris.delete("other", first.id), false);
      assert.equal(await store.redirectUris.delete("acme", first.id), true);
      const domain = { application: "acme", domain: "localhost:8000" };
      const trusted = await store.trustedDomains.create(domain);
      assert.deepEqual(await store.trustedDomains.list("acme"), [{ ...domain, id: trusted.id, created: at(0) }]);
      await assert.rejects(store.trustedDomains.create(domain), fails("data_conflict"));
      assert.equal(await store.trustedDomains.delete("other", trusted.id), false);
      assert.equal(await store.trustedDomains.delete("acme", trusted.id), true);
    });

    storeTest("service keys: one for each service, changed and deleted by their own application", async (setting) => {
      const { store, pass } = setting;
      await store.applications.create({ id: "other", name: "Other" });
      const given = { application: "acme", service: "dropbox", clientId: "client", sealed: "sealed" };
      const key = await store.serviceKeys.create(given);
      assert.deepEqual(key, { ...given, id: key.id, created: at(0), modified: at(0) });
      await assert.rejects(store.serviceKeys.create(given), fails("data_conflict"));
      assert.deepEqual(await store.serviceKeys.find("acme", "dropbox"), key);
      assert.equal(await store.serviceKeys.find("other", "dropbox"), null);
      pass(3);
      const changed = { ...key, sealed: null, modified: at(3) };
      assert.deepEqual(await store.serviceKeys.update("acme", key.id, { sealed: null }), changed);
      assert.equal(await store.serviceKeys.update("other", key.id, { clientId: "theirs" }), null);
      assert.deepEqual(await store.serviceKeys.list("acme"), [changed]);
      assert.equal(await store.serviceKeys.delete("other", key.id), false);
      assert.equal(await store.serviceKeys.delete("acme", key.id), true);
    });
  });
