import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createApplication, updateApplication } from "../../src/unified/applications/applications.js";
import { createRedirectUri } from "../../src/unified/applications/redirectUris.js";
import { apache } from "../servers/apache.js";
import { install } from "../servers/install.js";
import { type Server, start } from "../servers/server.js";
import { KEY } from "../support/serving.js";
import { CALLBACK, openSetting, type Setting, TRUSTED, toldTo } from "./setting.js";
import { flowOf, Visitor } from "./visitor.js";

const API_KEY = KEY.replaceAll(" ", "-");
const basic = apache("Basic");
const missing = await install(basic);

describe("an account is connected by a form", { skip: missing }, () => {
  let setting: Setting;
  let dav: Server;
  before(async () => {
    [setting, dav] = await Promise.all([openSetting(), start(basic)]);
  });
  after(async () => {
    await setting.closeCore();
    await dav.stop();
  });

  const right = () => ({ url: dav.url, username: dav.username, password: dav.password });

  /** Opens the request's form, which must come, and sends it. */
  const connect = async (visitor: Visitor, url: string, fields: Readonly<Record<string, string>> = right()) => {
    const form = await visitor.get(url);
    assert.equal(form.status, 200, url);
    const flow = flowOf(await form.text());
    return visitor.post(`${setting.url}/v1/oauth/connect/webdav?flow=${flow}`, fields);
  };
  const codeOf = async (parameters: Readonly<Record<string, string>> = {}): Promise<string> => {
    const done = await connect(new Visitor(), setting.asks({ scope: "webdav", ...parameters }));
    return toldTo(done.headers.get("location")).get("code") ?? "";
  };
  const exchange = (parameters: Readonly<Record<string, string>>, init: RequestInit = {}) =>
    fetch(`${setting.url}/v1/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "authorization_code", redirect_uri: CALLBACK, ...parameters }),
      ...init,
    });
  const accounts = () => setting.core.unified.store.accounts.count({ application: setting.application });

  test("the code flow, from the page to the files", async () => {
    const visitor = new Visitor();
    const chooser = await visitor.get(setting.asks());
    const page = await chooser.text();
    assert.equal(chooser.status, 200);
    assert.match(page, /WebDAV/);
    assert.doesNotMatch(page, /local/i, "a service that asks nobody who they are is not for everybody");
    const form = await visitor.get(`${setting.url}/v1/oauth/connect/webdav?flow=${flowOf(page)}`);
    const html = await form.text();
    assert.match(html, /<input type="password" id="field-password" name="password" autocomplete="current-password"/);
    assert.match(
      String(form.headers.get("content-security-policy")),
      /default-src 'none'; style-src 'sha256-[^;]*; form-action 'self' https:/,
    );
    assert.doesNotMatch(html, /<script/);
    assert.equal(form.headers.get("cache-control"), "no-store");
    const done = await visitor.post(`${setting.url}/v1/oauth/connect/webdav?flow=${flowOf(html)}`, right());
    assert.equal(done.status, 303);
    const location = String(done.headers.get("location"));
    assert.ok(location.startsWith(`${CALLBACK}&`), location);
    assert.equal(toldTo(location).get("state"), "s&<1>");
    const answer = await exchange({
      code: toldTo(location).get("code") ?? "",
      client_id: setting.application,
      client_secret: API_KEY,
    });
    assert.equal(answer.headers.get("content-type"), "application/json");
    const token = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual(
      { ...token, access_token: "", account_id: 0 },
      { access_token: "", token_type: "Bearer", scope: "webdav:normal.storage", account_id: 0 },
    );
    const asked = await setting.ask(
      "{ account { number name admin storage { root { name } } } }",
      {},
      { authorization: `Bearer ${token.access_token}` },
    );
    assert.equal(asked.body.data.account.number, token.account_id);
    assert.ok(asked.body.data.account.storage.root);
    const used = await visitor.get(`${setting.url}/v1/oauth/connect/webdav?flow=${flowOf(html)}`);
    assert.equal(used.status, 400);
  });

  test("a wrong password is told beside the form, with all but the secret still there", async () => {
    const visitor = new Visitor();
    const wrong = await connect(visitor, setting.asks({ scope: "webdav" }), {
      ...right(),
      username: `al"ice<b>`,
      password: "secret-typed",
    });
    const page = await wrong.text();
    assert.equal(wrong.status, 401);
    assert.match(page, /role="alert">[^<]+\.<\/p>/);
    assert.match(page, /value="al&#34;ice&#60;b&#62;"/);
    assert.doesNotMatch(page, /secret-typed/);
    const again = await visitor.post(`${setting.url}/v1/oauth/connect/webdav?flow=${flowOf(page)}`, right());
    assert.equal(again.status, 303);
  });

  test("a field that is missing, and one that is not known, are told too", async () => {
    for (const fields of [{ username: "alice" }, { ...right(), more: "x" }]) {
      const answer = await connect(new Visitor(), setting.asks({ scope: "webdav" }), fields);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /role="alert"/);
    }
  });

  test("what the application knows fills the form in, but no secret", async () => {
    const extra = {
      extra_data: JSON.stringify({ domain: "https://dav.example.com/", username: "dana", password: "p-filled" }),
    };
    const page = await (await new Visitor().get(setting.asks({ scope: "webdav", ...extra }))).text();
    assert.match(page, /value="https:\/\/dav\.example\.com\/"/);
    assert.match(page, /value="dana"/);
    assert.doesNotMatch(page, /p-filled/);
  });

  test("passwords are guessed ten times, not more", async () => {
    const visitor = new Visitor();
    const fields = { url: dav.url, username: "mallory" };
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries++)
      statuses.push(
        (await connect(visitor, setting.asks({ scope: "webdav" }), { ...fields, password: `p${tries}` })).status,
      );
    assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429]);
  });

  for (const [title, change, words] of [
    ["no client", { client_id: "nobody" }, /client_id/],
    ["no redirect URI", { redirect_uri: "" }, /redirect_uri/],
    ["another page of the host", { redirect_uri: "https://app.example.com/other" }, /not registered/],
    ["a slash more", { redirect_uri: CALLBACK.replace("connected", "connected/") }, /not registered/],
    ["another query", { redirect_uri: `${CALLBACK}&x=1` }, /not registered/],
    ["http", { redirect_uri: CALLBACK.replace("https", "http") }, /not registered/],
    ["another port", { redirect_uri: CALLBACK.replace(".com", ".com:8443") }, /not registered/],
    ["HTML", { redirect_uri: "https://x.example/<script>alert(1)</script>" }, /&#60;script&#62;/],
    [
      "an opener that nobody trusts",
      { redirect_uri: "urn:ietf:wg:oauth:2.0:oob", origin: "https://evil.example" },
      /trusts/,
    ],
    ["an opener over http", { redirect_uri: "urn:ietf:wg:oauth:2.0:oob", origin: "http://app.example.com" }, /trusts/],
    [
      "an opener's page, not its origin",
      { redirect_uri: "urn:ietf:wg:oauth:2.0:oob", origin: `${TRUSTED}/` },
      /trusts/,
    ],
  ] as const)
    test(`O3: ${title}: a page says so, and nobody else is told`, async () => {
      const answer = await new Visitor().get(setting.asks(change));
      const page = await answer.text();
      assert.equal(answer.status, 400);
      assert.match(page, words);
      assert.doesNotMatch(page, /<script|<b>/);
      assert.equal(answer.headers.get("location"), null);
    });

  for (const [error, change] of [
    ["invalid_scope", { scope: "nothing" }],
    ["invalid_scope", { scope: "construction" }],
    ["invalid_scope", { scope: "local" }],
    ["unsupported_response_type", { response_type: "id_token" }],
    ["unauthorized_client", { response_type: "token" }],
    ["invalid_request", { extra_data: "[1]" }],
    ["invalid_request", { custom_properties: "{" }],
    ["invalid_request", { scope: `any ${"x".repeat(5000)}` }],
  ] as const)
    test(`${JSON.stringify(change).slice(0, 60)} is told to the application as ${error}`, async () => {
      const answer = await new Visitor().get(setting.asks(change));
      assert.equal(answer.status, 303);
      const told = toldTo(answer.headers.get("location"));
      assert.equal(told.get("error"), error);
      assert.ok(told.get("error_description"));
      assert.equal(told.get("state"), "s&<1>");
    });

  test("a parameter given twice is told as invalid_request", async () => {
    const answer = await new Visitor().get(`${setting.asks()}&scope=a&scope=b`);
    assert.equal(toldTo(answer.headers.get("location")).get("error"), "invalid_request");
  });

  test("O1: another browser, and a flow that nobody began, come no further", async () => {
    const page = await (await new Visitor().get(setting.asks({ scope: "webdav" }))).text();
    for (const flow of [flowOf(page), "A".repeat(43), ""]) {
      const stranger = new Visitor();
      await stranger.get(setting.asks());
      for (const path of ["connect", "connect/webdav"])
        assert.equal((await stranger.get(`${setting.url}/v1/oauth/${path}?flow=${flow}`)).status, 400);
      assert.equal((await stranger.post(`${setting.url}/v1/oauth/connect/webdav?flow=${flow}`, right())).status, 400);
      assert.equal((await stranger.post(`${setting.url}/v1/oauth/cancel?flow=${flow}`, {})).status, 400);
    }
  });

  test("the cookie is for us alone, and by https where browsers come by https", async () => {
    const cookieOf = async (headers = {}) =>
      String((await fetch(setting.asks(), { redirect: "manual", headers })).headers.get("set-cookie"));
    const usual = /^unigraph_connecting=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/v1\/oauth; Max-Age=600(; Secure)?$/;
    assert.equal(usual.exec(await cookieOf())?.[1], undefined);
    assert.match(await cookieOf(), usual);
    assert.match(await cookieOf({ "x-forwarded-proto": "https" }), /; Secure$/);
  });

  test("who cancels is sent back with access_denied", async () => {
    const visitor = new Visitor();
    const page = await (await visitor.get(setting.asks({ scope: "webdav" }))).text();
    const answer = await visitor.post(`${setting.url}/v1/oauth/cancel?flow=${flowOf(page)}`, {});
    assert.equal(toldTo(answer.headers.get("location")).get("error"), "access_denied");
  });

  test("O5: a code is good once, for its application, with its redirect URI and an API key", async () => {
    const other = await createOther();
    const secret = { client_secret: API_KEY };
    for (const [error, status, change] of [
      ["invalid_client", 401, { client_secret: "wrong" }],
      ["invalid_client", 401, { ...secret, client_id: other.id }],
      ["invalid_grant", 400, { client_secret: other.key }],
      ["invalid_grant", 400, { ...secret, redirect_uri: "https://app.example.com/other" }],
      ["unsupported_grant_type", 400, { ...secret, grant_type: "password" }],
    ] as const) {
      const answer = await exchange({ code: await codeOf(), ...change });
      assert.equal(answer.status, status, error);
      assert.equal(answer.headers.get("content-type"), "application/json");
      const body = (await answer.json()) as Record<string, unknown>;
      assert.equal(body.error, error);
      assert.deepEqual(Object.keys(body).sort(), [
        "error",
        "error_code",
        "error_description",
        "id",
        "message",
        "status_code",
      ]);
      assert.equal(body.status_code, status);
    }
    const code = await codeOf();
    const answers = await Promise.all([1, 2, 3].map(() => exchange({ code, ...secret })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400]);
  });

  const createOther = async () => {
    const { application, key } = await createApplication(setting.session, { name: "Other" });
    return { id: application.id, key };
  };

  test("a code is exchanged whatever the body is called, and from the query", async () => {
    for (const type of ["application/form-urlencoded", "text/plain", "application/json"])
      assert.equal(
        (await exchange({ code: await codeOf(), client_secret: API_KEY }, { headers: { "content-type": type } }))
          .status,
        200,
        type,
      );
    const query = new URLSearchParams({
      grant_type: "authorization_code",
      redirect_uri: CALLBACK,
      code: await codeOf(),
      client_id: setting.application,
    });
    const answer = await fetch(`${setting.url}/v1/oauth/token/?${query}`, {
      method: "POST",
      headers: { authorization: `ApiKey ${API_KEY}` },
    });
    assert.equal(answer.status, 200);
  });

  test("a token is verified and ended; others of its account stay", async () => {
    const tokenOf = async () =>
      ((await (await exchange({ code: await codeOf(), client_secret: API_KEY })).json()) as { access_token: string })
        .access_token;
    const [first, second] = [await tokenOf(), await tokenOf()];
    const endpoint = (token: string, method = "GET") =>
      fetch(`${setting.url}/v1/oauth/token/`, {
        method,
        headers: { authorization: `Bearer ${token}`, origin: "https://any.example" },
      });
    const verified = await endpoint(first);
    assert.equal(verified.status, 200);
    assert.equal(verified.headers.get("access-control-allow-origin"), "*");
    const { account_id, ...rest } = (await verified.json()) as Record<string, unknown>;
    assert.equal(typeof account_id, "number");
    assert.deepEqual(rest, { client_id: setting.application, scope: "webdav:normal.storage", expires_in: null });
    assert.equal((await endpoint(first, "DELETE")).status, 204);
    for (const method of ["GET", "DELETE"]) {
      const refused = await endpoint(first, method);
      assert.equal(refused.status, 400);
      assert.equal(((await refused.json()) as { error_code: string }).error_code, "invalid_token");
    }
    assert.equal((await endpoint(second)).status, 200);
    const preflight = await fetch(`${setting.url}/v1/oauth/token/`, {
      method: "OPTIONS",
      headers: {
        origin: TRUSTED,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization, x-kloudless-source",
      },
    });
    assert.equal(preflight.status, 204);
    assert.match(String(preflight.headers.get("access-control-allow-headers")), /x-kloudless-source/);
  });

  test("the same identity again is the same account, renewed; another end user's is another", async () => {
    const accountOf = async (parameters: Readonly<Record<string, string>> = {}) => {
      const answer = await exchange({ code: await codeOf(parameters), client_secret: API_KEY });
      return ((await answer.json()) as { account_id: number }).account_id;
    };
    const first = await accountOf();
    await setting.core.unified.store.accounts.update(first, { active: false });
    const before = await accounts();
    assert.equal(await accountOf({ custom_properties: '{"a":1}' }), first);
    const [record] = await setting.core.unified.store.accounts.getMany([first]);
    assert.deepEqual([record?.active, record?.customProperties], [true, { a: 1 }]);
    const dana = await accountOf({ end_user: "dana" });
    assert.notEqual(dana, first);
    assert.equal(await accountOf({ end_user: "dana" }), dana);
    assert.equal(await accounts(), before + 1);
  });

  test("an end user that only a link names gets the account when the application's server redeems the code", async () => {
    const { accounts } = setting.core.unified.store;
    const owned = () => accounts.count({ application: setting.application, endUser: "victim" });
    const code = await codeOf({ end_user: "victim" });
    assert.equal(await owned(), 0);
    await exchange({ code, client_secret: API_KEY });
    assert.equal(await owned(), 1);
    const popup = {
      redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
      origin: TRUSTED,
      response_type: "token",
      end_user: "victim",
    };
    assert.match(await (await new Visitor().get(setting.asks(popup))).text(), /invalid_request/);
  });

  test("the implicit flow, where it is switched on", async () => {
    await updateApplication(setting.session, setting.application, { implicitGrantEnabled: true });
    const done = await connect(new Visitor(), setting.asks({ scope: "webdav", response_type: "token" }));
    const location = String(done.headers.get("location"));
    assert.ok(location.startsWith(`${CALLBACK}#access_token=`), location);
    assert.deepEqual([toldTo(location).get("token_type"), toldTo(location).get("state")], ["Bearer", "s&<1>"]);
    await updateApplication(setting.session, setting.application, { implicitGrantEnabled: false });
  });

  test("the out-of-band flow tells the opener alone, and escapes all of it", async () => {
    const asks = {
      scope: "webdav",
      redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
      origin: TRUSTED,
      response_type: "token",
    };
    const evil = `</script><b x="'&`;
    const done = await connect(new Visitor(), setting.asks({ ...asks, request_id: "17", state: evil }));
    assert.equal(done.status, 200);
    const page = await done.text();
    assert.ok(!page.includes("<b x="));
    assert.match(page, new RegExp(`data-origin="${TRUSTED}"`));
    const [, message = ""] = /data-message="([^"]*)"/.exec(page) ?? [];
    const text = message.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    const { type, id, data } = JSON.parse(text.slice("kloudless:".length));
    assert.deepEqual([type, id, data.state, data.token_type], ["authentication", "17", evil, "Bearer"]);
    assert.equal(text.slice(0, 10), "kloudless:");
    assert.match(String(done.headers.get("content-security-policy")), /script-src 'sha256-/);
  });

  test("a native app listens on any port of the loopback address that it registered without one", async () => {
    await createRedirectUri(setting.session, setting.application, "http://127.0.0.1/native");
    const status = async (redirect_uri: string) => (await new Visitor().get(setting.asks({ redirect_uri }))).status;
    assert.equal(await status("http://127.0.0.1:51234/native"), 200);
    for (const other of [
      "http://127.0.0.1:51234/native/",
      "http://localhost:51234/native",
      "http://127.0.0.2:1/native",
    ])
      assert.equal(await status(other), 400, other);
  });

  test("startConnection gives a page for one browser, and the account is the end user's", async () => {
    const start = async (input: object, headers = {}) =>
      setting.ask(
        "mutation ($input: StartConnectionInput!) { startConnection(input: $input) { url expires } }",
        { input },
        headers,
      );
    const { body } = await start({ service: "webdav", endUser: "lee", prefill: { username: "alice" } });
    const { url, expires } = body.data.startConnection;
    assert.ok(Date.parse(expires) - Date.now() < 600_001);
    const visitor = new Visitor();
    const form = await (await visitor.get(url)).text();
    assert.match(form, /value="alice"/);
    assert.equal((await new Visitor().get(url)).status, 400);
    const done = await visitor.post(`${setting.url}/v1/oauth/connect/webdav?flow=${flowOf(form)}`, right());
    assert.match(await done.text(), /Your account is connected/);
    const { application } = setting;
    assert.equal(await setting.core.unified.store.accounts.count({ application, endUser: "lee" }), 1);
    for (const input of [{ service: "nothing" }, { scope: "local" }, { redirectUri: "https://evil.example/" }])
      assert.equal((await start(input)).body.errors?.[0]?.extensions.errorCode, "invalid_parameters");
  });

  test("widgets learn whether their page is trusted", async () => {
    for (const [path, trusted] of [
      [setting.address("/file-picker/config/", { app_id: setting.application, origin: TRUSTED }), true],
      [setting.address("/file-explorer/config", { app_id: setting.application, origin: "https://x.example" }), false],
      [setting.address("/file-picker/config", { app_id: setting.application }), false],
    ] as const) {
      const answer = await fetch(path, { headers: { origin: TRUSTED } });
      assert.equal(answer.headers.get("content-type"), "application/json");
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
      assert.deepEqual(await answer.json(), { user_data: { trusted, logo_url: null } });
    }
    assert.equal((await fetch(setting.address("/file-picker/config", { app_id: "nobody" }))).status, 404);
    const helper = await fetch(`${setting.url}/static/iexd.html`);
    assert.deepEqual([helper.status, helper.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  });

  test("an application that is switched off connects nothing", async () => {
    await updateApplication(setting.session, setting.application, { active: false });
    const answer = await new Visitor().get(setting.asks({ scope: "webdav" }));
    assert.equal(toldTo(answer.headers.get("location")).get("error"), "unauthorized_client");
    await updateApplication(setting.session, setting.application, { active: true });
  });
});
