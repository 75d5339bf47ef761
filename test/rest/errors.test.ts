import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { connector } from "../../src/connectors/connector.js";
import { connectAccount } from "../../src/unified/accounts.js";
import { install, itemOf } from "../support/scripted.js";
import { type RestServing, restForTest } from "./support.js";

type Reply = (response: ServerResponse) => void;
/** What the stand-in answers, and what both APIs say of it: code, status, Retry-After. */
type Row = readonly [name: string, reply: Reply, code: string, status: number, retryAfter?: string];

const json =
  (status: number, headers: Record<string, string> = {}, body = '{"says":"something"}'): Reply =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

/** Source: the unified API, "Errors"; the services' statuses by RFC 9110 and 6585. */
const STATUSES: readonly (readonly [status: number, code: string, told: number])[] = [
  [400, "request_failed", 400],
  [401, "service_unauthorized", 401],
  [402, "service_forbidden", 403],
  [403, "service_forbidden", 403],
  [404, "not_found", 404],
  [405, "method_not_allowed", 500],
  [406, "not_acceptable", 406],
  [407, "request_failed", 400],
  [408, "gateway_timeout", 504],
  [409, "data_conflict", 409],
  [410, "not_found", 404],
  [411, "request_failed", 400],
  [412, "data_conflict", 409],
  [413, "entity_too_large", 413],
  [414, "request_failed", 400],
  [415, "unsupported_media_type", 500],
  [416, "request_failed", 400],
  [417, "request_failed", 400],
  [418, "request_failed", 400],
  [421, "request_failed", 400],
  [422, "request_failed", 400],
  [423, "locked", 423],
  [424, "request_failed", 400],
  [425, "request_failed", 400],
  [426, "request_failed", 400],
  [428, "request_failed", 400],
  [431, "request_failed", 400],
  [451, "service_forbidden", 403],
  [499, "request_failed", 400],
  [500, "bad_gateway", 502],
  [501, "not_implemented", 501],
  [502, "bad_gateway", 502],
  [503, "service_not_available", 503],
  [504, "gateway_timeout", 504],
  [505, "bad_gateway", 502],
  [506, "bad_gateway", 502],
  [507, "insufficient_storage", 507],
  [508, "bad_gateway", 502],
  [510, "bad_gateway", 502],
  [511, "bad_gateway", 502],
  [520, "bad_gateway", 502],
  [599, "bad_gateway", 502],
  [301, "bad_gateway", 502],
  [302, "bad_gateway", 502],
  [304, "bad_gateway", 502],
  [307, "bad_gateway", 502],
];

const ROWS: readonly Row[] = [
  ...STATUSES.map(([status, code, told]): Row => [String(status), json(status), code, told]),
  ["429 in 7 s", json(429, { "retry-after": "7" }), "too_many_service_requests", 429, "7"],
  ["429 in 0 s", json(429, { "retry-after": "0" }), "too_many_service_requests", 429, "0"],
  ["429 without a time", json(429), "too_many_service_requests", 429],
  ["429 with words", json(429, { "retry-after": "soon" }), "too_many_service_requests", 429],
  ["503 in 5 s", json(503, { "retry-after": "5" }), "service_not_available", 503, "5"],
  ["a redirect to another host", json(302, { location: "http://example.com/" }), "bad_gateway", 502],
  ["a page of HTML", json(200, { "content-type": "text/html" }, "<h1>Log in</h1>"), "bad_gateway", 502],
  ["an error page of HTML", json(403, { "content-type": "text/html" }, "<h1>No</h1>"), "service_forbidden", 403],
  ["JSON that breaks off", json(200, {}, '{"name": "a'), "bad_gateway", 502],
  ["nothing at all", json(200, {}, ""), "bad_gateway", 502],
  ["JSON that is no object", json(200, {}, "null"), "bad_gateway", 502],
  ["bytes that are no UTF-8", json(200, {}, "\xff\xfe"), "bad_gateway", 502],
  ["gzip that is none", json(200, { "content-encoding": "gzip" }, "plain"), "bad_gateway", 502],
  ["a coding nobody knows", json(200, { "content-encoding": "odd" }, "{}"), "bad_gateway", 502],
  ["a connection that is reset", (response) => response.socket?.resetAndDestroy(), "bad_gateway", 502],
  [
    "a body that is shorter than said",
    (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"name":');
      setTimeout(() => response.destroy(), 20);
    },
    "bad_gateway",
    502,
  ],
];

describe("REST and GraphQL say the same of what went wrong", () => {
  let api: RestServing;
  let reply: Reply = json(200, {}, '{"name":"There"}');
  const standIn = createServer((_, response) => reply(response));
  let number: number;

  before(async () => {
    api = await restForTest();
    await new Promise<void>((resolve) => standIn.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`;
    install(
      api.core as never,
      connector({
        service: "stand_in",
        title: "Stand-in",
        category: "cloud_storage",
        origin,
        auth: { scheme: "credentials", fields: [] },
        budget: { concurrency: 8 },
        connect: async () => ({ name: "stand-in", settings: {}, credential: { scheme: "bearer", token: "t" } }),
        storage: {
          traits: { pageSize: 100 },
          async get(context) {
            const { name } = await context.upstream.json<{ name: string }>({ method: "GET", path: "/item" });
            return itemOf(context, "folder", "root", { name });
          },
        },
      }),
    );
    const session = api.core.unified.internal(api.core.application, new AbortController().signal);
    number = (await connectAccount(session, { service: "stand_in", fields: {} })).account.account;
  });
  after(async () => {
    standIn.closeAllConnections();
    standIn.close();
    await api.closeCore();
  });

  const both = async () => {
    const rest = await api.rest("GET", `/accounts/${number}/storage/folders/root`);
    const { body } = await api.ask(`{ account(id: "${number}") { storage { folder(id: "root") { name } } } }`);
    return { rest, graph: body.errors?.[0] };
  };

  test("what the stand-in says when nothing is wrong", async () => {
    reply = json(200, {}, '{"name":"There"}');
    const { rest, graph } = await both();
    assert.deepEqual([rest.status, rest.body.name, graph], [200, "There", undefined]);
  });

  test(`${ROWS.length} rows`, async (context) => {
    assert.ok(ROWS.length >= 60);
    for (const [name, row, code, status, retryAfter] of ROWS)
      await context.test(name, async () => {
        reply = row;
        const { rest, graph } = await both();
        assert.deepEqual([rest.body.error_code, rest.status, rest.body.status_code], [code, status, status]);
        assert.equal(rest.headers.get("retry-after"), retryAfter ?? null);
        assert.equal(rest.headers.get("content-type"), "application/json");
        assert.ok(graph);
        const { extensions } = graph;
        assert.deepEqual(
          [extensions.errorCode, extensions.code, extensions.statusCode],
          [code, code.toUpperCase(), status],
        );
        assert.equal(extensions.retryAfter ?? null, retryAfter === undefined ? null : Number(retryAfter));
        assert.equal(graph.message, rest.body.message);
        assert.doesNotMatch(JSON.stringify([rest.body, graph]), /127\.0\.0\.1:|something|stack/);
      });
  });

  test("a time to come again that is a date is told in seconds", async () => {
    reply = json(429, { "retry-after": inSeconds(90) });
    const { rest } = await both();
    const seconds = Number(rest.headers.get("retry-after"));
    assert.ok(seconds > 80 && seconds <= 90, String(seconds));
  });
});

/** Codes that are our own to say, each as both APIs come to say it. */
describe("REST and GraphQL refuse with the same codes", () => {
  let api: RestServing;
  let folder: string;
  before(async () => {
    api = await restForTest();
    folder = (await api.expect(201, "POST", "/accounts/1/storage/folders", { body: { name: "full" } })).id;
    await api.expect(201, "POST", "/accounts/1/storage/folders", { body: { name: "inner", parent_id: folder } });
  });
  after(() => api.closeCore());

  const same = async (
    [code, status]: readonly [string, number],
    rest: Promise<{ status: number; body: { error_code: string } }>,
    graph: Promise<{ status?: number; body: { errors?: { extensions: { errorCode: string; statusCode: number } }[] } }>,
  ) => {
    const [one, other] = await Promise.all([rest, graph]);
    assert.deepEqual([one.body.error_code, one.status], [code, status]);
    const extensions = other.body.errors?.[0]?.extensions;
    assert.deepEqual([extensions?.errorCode, extensions?.statusCode], [code, status]);
  };

  test("authentication_required, unauthorized and invalid_token", async () => {
    for (const [authorization, code] of [
      ["", "authentication_required"],
      ["APIKey no-such-key-here", "unauthorized"],
      ["Bearer no-such-token", "invalid_token"],
    ] as const)
      await same(
        [code, 401],
        api.rest("GET", "/accounts", { headers: { authorization } }),
        api.ask("{ accounts { nodes { id } } }", {}, { authorization }),
      );
  });

  test("forbidden: what a token may not", async () => {
    const authorization = `Bearer ${await api.token(1)}`;
    await same(
      ["forbidden", 403],
      api.rest("PATCH", "/accounts/1", { headers: { authorization }, body: { enabled: false } }),
      api.ask(
        `mutation { updateAccount(input: { id: "1", enabled: false }) { account { id } } }`,
        {},
        { authorization },
      ),
    );
  });

  test("not_found: an id that nobody handed out", () =>
    same(
      ["not_found", 404],
      api.rest("GET", "/accounts/1/storage/files/AQnothing"),
      api.ask(`{ account(id: "1") { storage { file(id: "AQnothing") { name } } } }`),
    ));

  test("invalid_resource_type: a folder's id for a file", () =>
    same(
      ["invalid_resource_type", 400],
      api.rest("GET", `/accounts/1/storage/files/${folder}`),
      api.ask(`{ account(id: "1") { storage { file(id: "${folder}") { name } } } }`),
    ));

  test("invalid_parameters: an empty search", () =>
    same(
      ["invalid_parameters", 400],
      api.rest("GET", "/accounts/1/storage/search?q=%20"),
      api.ask(`{ account(id: "1") { storage { search(query: " ") { nodes { id } } } } }`),
    ));

  test("invalid_parent_folder: into itself", () =>
    same(
      ["invalid_parent_folder", 400],
      api.rest("PATCH", `/accounts/1/storage/folders/${folder}`, { body: { parent_id: folder } }),
      api.ask(`mutation { updateFolder(input: { id: "${folder}", parent: "${folder}" }) { folder { id } } }`),
    ));

  test("folder_not_empty", () =>
    same(
      ["folder_not_empty", 403],
      api.rest("DELETE", `/accounts/1/storage/folders/${folder}`),
      api.ask(`mutation { delete(input: { id: "${folder}" }) { deletedId } }`),
    ));

  test("naming_conflict, with what is in the way", async () => {
    const rest = await api.rest("POST", "/accounts/1/storage/folders?conflict_if_exists=true", {
      body: { name: "full" },
    });
    const root = await api.expect(200, "GET", "/accounts/1/storage/folders/root");
    const graph = await api.ask(
      `mutation { createFolder(input: { parent: "${root.id}", name: "full", conflictIfExists: true }) { folder { id } } }`,
    );
    const { extensions } = graph.body.errors?.[0] ?? { extensions: {} };
    assert.deepEqual([rest.body.error_code, rest.status], ["naming_conflict", 409]);
    assert.deepEqual([extensions.errorCode, extensions.statusCode], ["naming_conflict", 409]);
    assert.equal(rest.body.conflicting_resource_id, folder);
    assert.equal(extensions.conflictingResourceId, folder);
  });

  test("not_implemented: what the service lacks", () =>
    same(
      ["not_implemented", 501],
      api.rest("GET", "/accounts/2/storage/folders/root/permissions"),
      api.ask(`{ account(id: "2") { storage { root { permissions { role } } } } }`),
    ));

  test("method_not_allowed: a raw request with a method of which nothing is known", () =>
    same(
      ["method_not_allowed", 405],
      api.rest("POST", "/accounts/1/raw", {
        headers: { "x-kloudless-raw-uri": "/account", "x-kloudless-raw-method": "PROPFIND" },
      }),
      api.ask(
        `mutation { rawRequest(input: { account: "1", uri: "/account", method: "PROPFIND" }) { response { status } } }`,
      ),
    ));

  test("request_failed: a URL that cannot be fetched", async () => {
    const body = { url: "http://127.0.0.1:9/", name: "x", parent_id: "root" };
    const root = await api.expect(200, "GET", "/accounts/1/storage/folders/root");
    await same(
      ["request_failed", 400],
      api.rest("POST", "/accounts/1/storage/files", { body }),
      api.ask(
        `mutation { importFile(input: { url: "${body.url}", parent: "${root.id}", name: "x" }) { file { id } } }`,
      ),
    );
  });
});
