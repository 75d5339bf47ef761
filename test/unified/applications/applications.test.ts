import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connectAccount } from "../../../src/unified/accounts.js";
import { createApiKey, deleteApiKey, listApiKeys } from "../../../src/unified/applications/apiKeys.js";
import {
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  updateApplication,
} from "../../../src/unified/applications/applications.js";
import { MOST_OF_A_KIND } from "../../../src/unified/applications/managed.js";
import {
  createRedirectUri,
  deleteRedirectUri,
  isRegistered,
  listRedirectUris,
} from "../../../src/unified/applications/redirectUris.js";
import { createServiceKey, deleteServiceKey, updateServiceKey } from "../../../src/unified/applications/serviceKeys.js";
import {
  createTrustedDomain,
  deleteTrustedDomain,
  isTrusted,
  listTrustedDomains,
} from "../../../src/unified/applications/trustedDomains.js";
import type { Session } from "../../../src/unified/session.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

describe("applications", () => {
  let core: TestCore;
  let operator: Session;
  let other: { id: string; session: Session; key: string };
  before(async () => {
    core = await testCore();
    operator = core.session;
    const { application, key } = await createApplication(operator, { name: "Other", eventsEnabled: true });
    other = { id: application.id, session: core.unified.internal(application.id, operator.signal), key };
  });
  after(() => core.close());

  const refusedTo = async (session: Session, application: string, ...codes: Parameters<typeof fails>) => {
    for (const work of [
      () => getApplication(session, application),
      () => updateApplication(session, application, { name: "x" }),
      () => listApiKeys(session, application),
      () => createApiKey(session, application),
      () => createRedirectUri(session, application, "https://x.example/"),
      () => createTrustedDomain(session, application, "x.example"),
      () => createServiceKey(session, application, { service: "webdav", clientId: "c" }),
      () => updateServiceKey(session, application, 1, {}),
      () => deleteServiceKey(session, application, 1),
      () => deleteTrustedDomain(session, application, 1),
      () => deleteRedirectUri(session, application, 1),
    ])
      await assert.rejects(work(), fails(...codes));
  };

  test("the first one has recent files and events, others what they are given", async () => {
    const [first, second] = await listApplications(operator);
    assert.deepEqual([first?.recentEnabled, first?.eventsEnabled], [true, true]);
    assert.deepEqual([second?.recentEnabled, second?.eventsEnabled], [false, true]);
    assert.equal((await core.unified.callers.authenticate(`APIKey ${other.key}`)).application, other.id);
  });

  test("the operator manages all, another its own, and nobody without the right", async () => {
    assert.deepEqual(
      (await listApplications(other.session)).map(({ id }) => id),
      [other.id],
    );
    assert.equal((await updateApplication(other.session, other.id, { description: "ours" })).description, "ours");
    await refusedTo(other.session, core.application, "not_found");
    await refusedTo(operator, "nobody", "not_found");
    const weak = core.unified.session({ ...operator.caller, rights: new Set(["read", "write"]) }, operator.signal);
    await refusedTo(weak, core.application, "forbidden");
    await assert.rejects(createApplication(other.session, { name: "x" }), fails("forbidden"));
    await assert.rejects(deleteApplication(other.session, other.id), fails("forbidden"));
    await assert.rejects(deleteApplication(operator, core.application), fails("forbidden"));
  });

  for (const change of [
    { name: " " },
    { name: "x".repeat(256) },
    { description: "x".repeat(2001) },
    { logoUrl: "http://x.example/" },
    { logoUrl: "javascript:alert(1)" },
  ])
    test(`${JSON.stringify(change).slice(0, 40)} is refused`, () =>
      assert.rejects(updateApplication(operator, other.id, change), fails("invalid_parameters")));

  test("API keys are told to who manages them, and end at once", async () => {
    const made = await createApiKey(operator, other.id, { name: "more" });
    assert.deepEqual(
      (await listApiKeys(other.session, other.id)).map(({ key }) => key),
      [other.key, made.key],
    );
    await core.unified.callers.authenticate(`APIKey ${made.key}`);
    await deleteApiKey(other.session, other.id, made.key);
    await assert.rejects(core.unified.callers.authenticate(`APIKey ${made.key}`), fails("unauthorized"));
    await assert.rejects(deleteApiKey(other.session, other.id, made.key), fails("not_found"));
  });

  const WRONG_URIS = [
    "",
    "app",
    "/path",
    "http://app.example.com/",
    "https://app.example.com/#f",
    "https://a:b@x.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "myapp:/x",
    "https://x.example/é",
    `https://x.example/${"x".repeat(2000)}`,
  ];
  const RIGHT_URIS = [
    "https://app.example.com/a?b=c",
    "http://localhost:3000/",
    "http://127.0.0.1/",
    "http://[::1]:1/",
    "com.example.app:/done",
  ];
  for (const uri of WRONG_URIS)
    test(`no redirect URI: ${uri.slice(0, 50)}`, () =>
      assert.rejects(createRedirectUri(operator, core.application, uri), fails("invalid_parameters")));

  test("redirect URIs", async () => {
    for (const uri of RIGHT_URIS) await createRedirectUri(operator, core.application, uri);
    const [first, ...others] = await listRedirectUris(operator, core.application);
    assert.deepEqual(
      [first, ...others].map((one) => one?.uri),
      RIGHT_URIS,
    );
    await assert.rejects(
      createRedirectUri(operator, core.application, RIGHT_URIS[0] as string),
      fails("data_conflict"),
    );
    await deleteRedirectUri(operator, core.application, first?.id as number);
    await assert.rejects(deleteRedirectUri(operator, core.application, first?.id as number), fails("not_found"));
  });

  test("they match character by character, but for the port of a loopback address without one", () => {
    const registered = [{ uri: "http://127.0.0.1/cb" }, { uri: "http://[::1]:80/x" }, { uri: "https://x.example/" }];
    for (const uri of [
      "http://127.0.0.1/cb",
      "http://127.0.0.1:1/cb",
      "http://127.0.0.1:65535/cb",
      "https://x.example/",
    ])
      assert.ok(isRegistered(registered, uri), uri);
    for (const uri of [
      "http://127.0.0.1:1/cb/",
      "http://127.0.0.1:1/cb?x",
      "http://127.0.0.1:0/cb",
      "http://127.0.0.1:1:2/cb",
      "http://127.0.0.1:1@evil.example/cb",
      "http://[::1]:81/x",
      "https://x.example:443/",
      "https://x.example",
      "HTTPS://x.example/",
    ])
      assert.ok(!isRegistered(registered, uri), uri);
  });

  test("trusted domains", async () => {
    for (const [given, kept] of [
      ["App.Example.COM", "app.example.com"],
      ["localhost:8000", "localhost:8000"],
      ["app2.example:443", "app2.example"],
      ["bücher.example", "xn--bcher-kva.example"],
    ] as const)
      assert.equal((await createTrustedDomain(operator, core.application, given)).domain, kept);
    for (const wrong of [
      "",
      "https://x.example",
      "x.example/path",
      "*.example.com",
      "a b",
      "user@x.example",
      "x".repeat(300),
    ])
      await assert.rejects(createTrustedDomain(operator, core.application, wrong), fails("invalid_parameters"), wrong);
    const trusted = (origin: string) => isTrusted(core.unified, core.application, origin);
    for (const origin of [
      "https://app.example.com",
      "http://localhost:8000",
      "https://localhost:8000",
      "https://app2.example",
    ])
      assert.ok(await trusted(origin), origin);
    for (const origin of [
      "",
      "null",
      "app.example.com",
      "http://app.example.com",
      "https://app.example.com/",
      "https://app.example.com:8443",
      "https://evil-app.example.com",
      "https://app.example.com.evil.example",
      "http://localhost:8001",
    ])
      assert.ok(!(await trusted(origin)), origin);
    assert.ok(!(await isTrusted(core.unified, other.id, "https://app.example.com")));
    const [first] = await listTrustedDomains(operator, core.application);
    await deleteTrustedDomain(operator, core.application, first?.id as number);
    assert.ok(!(await trusted("https://app.example.com")));
  });

  test("of each kind there are a hundred at most", async () => {
    for (let count = (await listTrustedDomains(operator, other.id)).length; count < MOST_OF_A_KIND; count++)
      await createTrustedDomain(operator, other.id, `host-${count}.example`);
    await assert.rejects(createTrustedDomain(operator, other.id, "one-more.example"), fails("data_conflict"));
  });

  test("service keys belong to services whose users are sent there", async () => {
    for (const service of ["webdav", "sandbox", "nothing"])
      await assert.rejects(
        createServiceKey(operator, core.application, { service, clientId: "c" }),
        fails("invalid_parameters"),
      );
  });

  test("an application goes with its accounts, keys and tokens", async () => {
    const { application, key } = await createApplication(operator, { name: "Short-lived" });
    const inside = core.unified.internal(application.id, operator.signal);
    const { token } = await connectAccount(inside, { service: "sandbox", fields: {} });
    for (const shown of [`APIKey ${key}`, `Bearer ${token}`]) await core.unified.callers.authenticate(shown);
    await deleteApplication(operator, application.id);
    await assert.rejects(core.unified.callers.authenticate(`APIKey ${key}`), fails("unauthorized"));
    await assert.rejects(core.unified.callers.authenticate(`Bearer ${token}`), fails("invalid_token"));
    await assert.rejects(getApplication(operator, application.id), fails("not_found"));
  });
});
