import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Auth, type Connector, connector } from "../../src/connectors/connector.js";
import { createLog } from "../../src/server/log.js";
import { disconnectAccount } from "../../src/unified/accounts.js";
import { createServiceKey, listServiceKeys, updateServiceKey } from "../../src/unified/applications/serviceKeys.js";
import { EMULATED_CLIENT, emulate } from "../servers/emulate.js";
import { start } from "../servers/server.js";
import { KEY } from "../support/serving.js";
import { type AuthorizationServer, CLIENT, consent, startAuthorizationServer } from "./authorizationServer.js";
import { CALLBACK, openSetting, type Setting, TRUSTED, toldTo } from "./setting.js";
import { Visitor } from "./visitor.js";

type OAuth = Extract<Auth, { scheme: "oauth2" }>;

/** A service whose users are sent to an authorization server; `identity` reads who they are. */
const service = (
  name: string,
  origin: string,
  auth: Omit<OAuth, "scheme" | "fields">,
  identity: { path: string; method?: string; read(answer: Record<string, string>): string },
): Connector =>
  connector({
    service: name,
    title: name,
    category: "cloud_storage",
    origin,
    auth: { scheme: "oauth2", fields: [], ...auth },
    budget: { concurrency: 100 },
    async connect({ upstream, grant }) {
      assert.ok(grant);
      const { path, method = "GET" } = identity;
      const answer = await upstream(origin, grant.credential).json<Record<string, string>>({ path, method });
      return { name: identity.read(answer), settings: {}, credential: grant.credential };
    },
  });

/** Makes a service known to a server that runs. */
const install = (setting: Setting, one: Connector): void => {
  (setting.core.unified.connectors as Map<string, Connector>).set(one.service, one);
};
const callbackOf = (setting: Setting, name: string) => `${setting.url}/v1/oauth/callback/${name}`;

const oidc = ({ origin }: AuthorizationServer, change: Partial<OAuth> = {}): Connector =>
  service(
    "oidc",
    origin,
    {
      authorize: `${origin}/auth`,
      token: `${origin}/token`,
      revoke: `${origin}/token/revocation`,
      issuer: origin,
      scopes: ["openid", "email", "offline_access"],
      parameters: { prompt: "consent" },
      authentication: "basic",
      ...change,
    },
    { path: "/me", read: ({ email = "" }) => email },
  );

/** All that is in the data folder, as bytes. */
const everythingIn = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
};

describe("an account is connected at its service", () => {
  let setting: Setting;
  let server: AuthorizationServer;
  /** All that was logged. */
  let log = "";
  before(async () => {
    setting = await openSetting(createLog({ level: "trace", destination: { write: (line) => void (log += line) } }));
    server = await startAuthorizationServer(callbackOf(setting, "oidc"), { accessTokenSeconds: 4 });
    install(setting, oidc(server));
    await createServiceKey(setting.session, setting.application, { service: "oidc", ...CLIENT });
  });
  after(async () => {
    await setting.closeCore();
    await server.close();
  });

  /** To where the service sends the browser back. */
  const agree = async (visitor: Visitor, parameters: Readonly<Record<string, string>> = {}, login = "dana") => {
    const leaving = await visitor.get(setting.asks({ scope: "oidc.basic", ...parameters }));
    assert.equal(leaving.status, 303);
    const away = String(leaving.headers.get("location"));
    assert.ok(away.startsWith(server.origin), away);
    return consent(visitor, away, login);
  };
  const accountOf = async (parameters: Readonly<Record<string, string>> = {}, login = "dana") => {
    const visitor = new Visitor();
    const done = await visitor.get(await agree(visitor, parameters, login));
    const code = toldTo(done.headers.get("location")).get("code") ?? "";
    const answer = await fetch(`${setting.url}/v1/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        redirect_uri: CALLBACK,
        client_secret: KEY.replaceAll(" ", "-"),
      }),
    });
    const { account_id, access_token } = (await answer.json()) as { account_id: number; access_token: string };
    assert.equal(answer.status, 200);
    return {
      account: await setting.session.unified.internal(setting.application, setting.session.signal).account(account_id),
      token: access_token,
      code,
    };
  };

  test("O2: the code flow with PKCE, and nothing secret is left in any file", async () => {
    const visitor = new Visitor();
    const leaving = await visitor.get(
      setting.asks({ scope: "oidc.basic", "raw[login_hint]": "dana", "raw[state]": "x", "raw[client_id]": "y" }),
    );
    const away = new URL(String(leaving.headers.get("location")));
    const { searchParams } = away;
    assert.deepEqual(
      ["response_type", "client_id", "code_challenge_method", "login_hint", "prompt", "scope"].map((name) =>
        searchParams.get(name),
      ),
      ["code", CLIENT.clientId, "S256", "dana", "consent", "openid email offline_access"],
    );
    assert.match(String(searchParams.get("state")), /^[\w-]{43}$/);
    assert.doesNotMatch(away.href, /verifier/);
    const { account, token, code } = await accountOf();
    assert.equal(account.record.name, "dana@example.com");
    assert.equal(account.record.scope, "oidc:normal.basic");
    const kept = await everythingIn(setting.data);
    assert.ok(kept.includes("dana@example.com"), "the search sees what is not secret");
    assert.ok(server.secrets.length >= 3);
    for (const secret of [...server.secrets, CLIENT.clientSecret, token, code]) assert.ok(!kept.includes(secret));
    assert.ok(!kept.includes(String(searchParams.get("state"))));
  });

  test("nor in the log, when things go wrong", async () => {
    const visitor = new Visitor();
    const back = new URL(await agree(visitor));
    const { searchParams } = back;
    const failing = { ...oidc(server), connect: () => Promise.reject(new Error("a connector that fails")) };
    install(setting, failing);
    const answer = await visitor.get(back.href);
    install(setting, oidc(server));
    assert.equal(answer.status, 500);
    assert.doesNotMatch(await answer.text(), /a connector that fails/);
    assert.match(log, /a connector that fails/);
    for (const secret of [...server.secrets, CLIENT.clientSecret, searchParams.get("code"), searchParams.get("state")])
      assert.ok(secret && !log.includes(secret));
  });

  test("the scopes of the service, word for word", async () => {
    const leaving = await new Visitor().get(setting.asks({ scope: 'oidc."openid email":raw' }));
    assert.equal(new URL(String(leaving.headers.get("location"))).searchParams.get("scope"), "openid email");
  });

  test("O1: a return without state, with a wrong one, used already, in another browser, or to another service", async () => {
    const visitor = new Visitor();
    const back = new URL(await agree(visitor));
    const changed = (name: string, value: string | null) => {
      const url = new URL(back);
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
      return url.href;
    };
    const granted = server.granted;
    const refused = async (who: Visitor, url: string) => {
      const answer = await who.get(url);
      assert.equal(answer.status, 400, url);
      assert.equal(answer.headers.get("location"), null);
    };
    await refused(visitor, changed("state", null));
    await refused(visitor, changed("state", "A".repeat(43)));
    await refused(new Visitor(), back.href);
    const stranger = new Visitor();
    await agree(stranger);
    await refused(stranger, back.href);
    install(setting, { ...oidc(server), service: "other" });
    await refused(visitor, back.href.replace("/callback/oidc", "/callback/other"));
    assert.equal(server.granted, granted, "no code was exchanged");
    assert.equal((await visitor.get(back.href)).status, 303);
    await refused(visitor, back.href);
  });

  test("O4: an answer in the name of another server", async () => {
    const visitor = new Visitor();
    const back = new URL(await agree(visitor));
    assert.equal(back.searchParams.get("iss"), server.origin);
    back.searchParams.set("iss", "https://other.example");
    const granted = server.granted;
    const told = toldTo((await visitor.get(back.href)).headers.get("location"));
    assert.equal(told.get("error"), "access_denied");
    assert.equal(told.get("code"), null);
    assert.equal(server.granted, granted);
  });

  test("O5: a refusal is told, its words are nothing but text", async () => {
    const evil = "<script>alert(1)</script>";
    for (const oob of [false, true]) {
      const visitor = new Visitor();
      const parameters: Readonly<Record<string, string>> = oob
        ? { redirect_uri: "urn:ietf:wg:oauth:2.0:oob", response_type: "token", origin: TRUSTED }
        : {};
      const back = new URL(await agree(visitor, parameters));
      back.searchParams.delete("code");
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", evil);
      const answer = await visitor.get(back.href);
      if (oob) {
        const page = await answer.text();
        assert.match(page, /access_denied/);
        assert.ok(!page.includes(evil));
      } else assert.equal(toldTo(answer.headers.get("location")).get("error_description"), evil);
    }
  });

  test("a code that the service does not know", async () => {
    const visitor = new Visitor();
    const back = new URL(await agree(visitor));
    back.searchParams.set("code", "invented");
    const told = toldTo((await visitor.get(back.href)).headers.get("location"));
    assert.equal(told.get("error"), "server_error");
    assert.doesNotMatch(String(told), /invented/);
  });

  test("the same person again is the same account with new tokens; another person's is another", async () => {
    const first = await accountOf({}, "first");
    const again = await accountOf({}, "first");
    assert.equal(again.account.account, first.account.account);
    assert.notEqual(again.token, first.token);
    assert.notEqual((await accountOf({}, "second")).account.account, first.account.account);
    const version = async () => (await setting.core.unified.store.credentials.get(first.account.account))?.version;
    assert.equal(await version(), 2);
  });

  test("O8: 100 callers with a token that is over renew it once, as the application's own client", async () => {
    const { account } = await accountOf({}, "busy");
    await sleep(4_500);
    const granted = server.granted;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => account.upstream.json<{ email: string }>({ path: `/me?${index}` })),
    );
    assert.deepEqual([...new Set(answers.map(({ email }) => email))], ["busy@example.com"]);
    assert.equal(server.granted, granted + 1);
  });

  test("O9: who disconnects has the service take its tokens back, and is not held up by one that does not", async () => {
    const { account } = await accountOf({}, "gone");
    const revoked = server.revoked;
    await disconnectAccount(account);
    assert.equal(server.revoked, revoked + 1);
    const { account: other } = await accountOf({}, "stuck");
    install(setting, oidc(server, { revoke: "http://127.0.0.1:9/revoke" }));
    await disconnectAccount(other);
    install(setting, oidc(server));
    assert.deepEqual(await setting.core.unified.store.accounts.getMany([account.account, other.account]), [null, null]);
  });

  test("without a service key the service is not offered, and a secret is never told again", async () => {
    const [key] = await listServiceKeys(setting.session, setting.application);
    assert.ok(key?.hasSecret);
    assert.ok(!JSON.stringify(key).includes(CLIENT.clientSecret));
    install(setting, { ...oidc(server), service: "unknown" });
    const told = toldTo((await new Visitor().get(setting.asks({ scope: "unknown" }))).headers.get("location"));
    assert.equal(told.get("error"), "invalid_scope");
    await updateServiceKey(setting.session, setting.application, key.id, { clientSecret: "wrong" });
    const visitor = new Visitor();
    const failed = toldTo((await visitor.get(await agree(visitor))).headers.get("location"));
    assert.equal(failed.get("error"), "server_error");
    await updateServiceKey(setting.session, setting.application, key.id, { clientSecret: CLIENT.clientSecret });
  });
});

describe("sign-ins as services have them", () => {
  const KINDS = {
    google: {
      auth: (origin: string) => ({
        authorize: `${origin}/o/oauth2/v2/auth`,
        token: `${origin}/oauth2/token`,
        revoke: `${origin}/oauth2/revoke`,
        issuer: origin,
        scopes: ["openid", "email"],
        parameters: { access_type: "offline" },
      }),
      identity: { path: "/oauth2/v2/userinfo", read: ({ email = "" }: Record<string, string>) => email },
    },
    microsoft: {
      auth: (origin: string) => ({
        authorize: `${origin}/oauth2/v2.0/authorize`,
        token: `${origin}/oauth2/v2.0/token`,
        scopes: ["User.Read", "offline_access"],
        authentication: "basic" as const,
      }),
      identity: { path: "/v1.0/me", read: ({ mail = "" }: Record<string, string>) => mail },
    },
    slack: {
      auth: (origin: string) => ({
        authorize: `${origin}/oauth/v2/authorize`,
        token: `${origin}/api/oauth.v2.access`,
        scopes: ["channels:read"],
        tokenType: "bot",
      }),
      identity: { path: "/api/auth.test", method: "POST", read: ({ team = "" }: Record<string, string>) => team },
    },
  } as const;

  for (const [name, { auth, identity }] of Object.entries(KINDS) as [keyof typeof KINDS, (typeof KINDS)["google"]][])
    test(name, async () => {
      const setting = await openSetting();
      const emulator = await start(emulate(name, callbackOf(setting, name)));
      try {
        install(setting, service(name, emulator.url, auth(emulator.url), identity));
        await createServiceKey(setting.session, setting.application, { service: name, ...EMULATED_CLIENT });
        const visitor = new Visitor();
        const leaving = await visitor.get(setting.asks({ scope: `${name}.basic` }));
        const page = await (await visitor.get(String(leaving.headers.get("location")))).text();
        const [, form = ""] = /<form[^>]*class="user-form"([\s\S]*?)<\/form>/.exec(page) ?? [];
        const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, key = "", value = ""]) => [
          key,
          plain(value),
        ]);
        const [, action = ""] = /action="([^"]+)"/.exec(form) ?? [];
        const chosen = await visitor.post(`${emulator.url}${action}`, Object.fromEntries(fields));
        const done = await visitor.get(String(chosen.headers.get("location")));
        const told = toldTo(done.headers.get("location"));
        assert.ok(told.get("code"), String(told));
        const [account] = await setting.session.accounts({}, { after: 0, limit: 1 });
        assert.ok(account?.record.name);
        await disconnectAccount(account);
      } finally {
        await emulator.stop();
        await setting.closeCore();
      }
    });
});

const plain = (text: string): string =>
  text
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
