import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { connectAccount } from "../../src/unified/accounts.js";
import { type RestServing, restForTest } from "../rest/support.js";
import { AZURITE_ACCOUNTS, azurite } from "../servers/azurite.js";
import { type Server, start } from "../servers/server.js";
import { contentOf } from "../support/bytes.js";

describe("uploads that do not pass through us, as callers ask for them", () => {
  let store: Server;
  let serving: RestServing;
  let account: ConnectedAccount;
  before(async () => {
    store = await start(azurite);
    serving = await restForTest();
    const { unified, application } = serving.core;
    const session = unified.internal(application, new AbortController().signal);
    const { account: name, key } = AZURITE_ACCOUNTS.first;
    const fields = { account: name, key, endpoint: `http://127.0.0.1:${store.port}/${name}` };
    const { account: all } = await connectAccount(session, { service: "azure", fields });
    await all.storage.createFolder({ parent: ROOT, name: "direct" });
    const confined = await connectAccount(session, { service: "azure", fields: { ...fields, container: "direct" } });
    account = confined.account;
  });
  after(async () => {
    await serving?.closeCore();
    await store?.stop();
  });

  const put = async (url: string, headers: Record<string, string>, body: string) =>
    (await fetch(url, { method: "PUT", headers, body })).status;
  const text = async (id: string) => (await contentOf((await account.storage.download(id)).body)).toString();

  test("the account says that it can", async () => {
    const { body } = await serving.ask(`query ($id: ID!) { account(id: $id) { capabilities } }`, { id: account.id });
    assert.ok(body.data.account.capabilities.includes("storage.files.upload_url"), JSON.stringify(body));
  });

  test("by the graph: what is there is not replaced, unless it is said", async () => {
    const parent = String(account.ref("storage", "folder", ROOT));
    const ask = async (overwrite: boolean) => {
      const document = `mutation ($parent: ID!, $overwrite: Boolean!) {
        createDirectUpload(input: { parent: $parent, name: "a.txt", mimeType: "text/plain", overwrite: $overwrite }) {
          url method headers expires } }`;
      const { body } = await serving.ask(document, { parent, overwrite });
      return body.data?.createDirectUpload ?? body.errors?.[0]?.extensions;
    };
    const { url, method, headers, expires } = await ask(false);
    assert.equal(method, "PUT");
    assert.ok(Date.parse(expires) > Date.now());
    assert.equal(await put(url, headers, "first"), 201);
    assert.equal((await ask(false)).errorCode, "naming_conflict");
    const again = await ask(true);
    assert.equal(await put(again.url, again.headers, "second"), 201);
    assert.equal(await text("/a.txt"), "second");
  });

  test("by REST: what is there is replaced, unless it is said that it is not", async () => {
    const path = `/accounts/${account.account}/storage/files/upload_url`;
    const body = { parent_id: "root", name: "b é.txt" };
    for (const content of ["first", "second"]) {
      const { url, method, headers, expiry, ...rest } = await serving.expect(200, "POST", path, { body });
      assert.deepEqual([method, rest], ["PUT", {}]);
      assert.ok(Date.parse(expiry) > Date.now());
      assert.equal(await put(url, headers, content), 201);
    }
    assert.equal(await text("/b é.txt"), "second");
    const added = await serving.expect(200, "POST", `${path}?raw[comp]=metadata`, { body });
    assert.doesNotMatch(added.url, /comp=/, "what a caller adds to our requests is not part of the URL");
    const refused = await serving.expect(409, "POST", `${path}?overwrite=false`, { body });
    assert.ok(refused.conflicting_resource_id);
    for (const wrong of [{ parent_id: "root" }, { name: "x" }, { parent_id: "root", name: "a/b" }])
      await serving.expect(400, "POST", path, { body: wrong });
    await serving.expect(400, "POST", path, { body: { ...body, parent_id: refused.conflicting_resource_id } });
  });
});
