import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { API_KEY, type RestAnswer, type RestServing, restForTest } from "./support.js";

/** The unified API, "Behaviour real clients depend on", in its order; what is about bytes is looked at as bytes. */
describe("REST: what old clients depend on", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
  });
  after(() => api.closeCore());

  /** A request as a client writes it, and the answer as it comes. */
  const bytes = (head: string, body = ""): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      let answer = "";
      socket.setEncoding("utf8");
      socket.on("data", (chunk) => {
        answer += chunk;
      });
      socket.once("close", () => resolve(answer));
      socket.once("error", reject);
      socket.write(`${head}\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n${body}`);
    });
  const asked = (line: string, ...headers: string[]) =>
    bytes([`${line} HTTP/1.1`, `Authorization: APIKey ${API_KEY}`, ...headers].join("\r\n"));
  const typeOf = (answer: string) => /^content-type: (.*)\r$/im.exec(answer)?.[1];

  test("1: the content type is application/json and nothing else, of errors too", async () => {
    for (const line of ["GET /v1/accounts", "GET /v1/accounts/999", "GET /v1/nothing", "PUT /v1/accounts"])
      assert.equal(typeOf(await asked(line)), "application/json", line);
    assert.equal(typeOf(await bytes("GET /v1/accounts HTTP/1.1")), "application/json");
    assert.equal(typeOf(await asked("POST /v1/accounts/1/crm/accounts", "Content-Length: 0")), "application/json");
  });

  test("2: bytes with a wrong content type, or none, are bytes", async () => {
    for (const type of ["application/x-www-form-urlencoded", "application/json; charset=utf-8", ""]) {
      const answer = await bytes(
        [
          "POST /v1/accounts/1/storage/files HTTP/1.1",
          `Authorization: APIKey ${API_KEY}`,
          'X-Kloudless-Metadata: {"name": "a.bin", "parent_id": "root"}',
          ...(type ? [`Content-Type: ${type}`] : []),
          "Transfer-Encoding: chunked",
        ].join("\r\n"),
        "3\r\na=b\r\n0\r\n\r\n",
      );
      assert.match(answer, /^HTTP\/1.1 201 /);
      assert.match(answer, /"size": 3,/);
    }
  });

  test("3: pre-flights, of GET too, are answered for every header that browsers' clients send", async () => {
    for (const path of ["/accounts/1/", "/public/services", "/accounts/1/storage/folders/root/contents"]) {
      const response = await fetch(`${api.url}/v1${path}`, {
        method: "OPTIONS",
        headers: {
          origin: "https://page.example",
          "access-control-request-method": "GET",
          "access-control-request-headers": "Authorization, X-Kloudless-Source",
        },
      });
      assert.equal(response.status, 204);
      assert.equal(response.headers.get("access-control-allow-origin"), "*");
      assert.equal(response.headers.get("access-control-allow-credentials"), null);
      assert.match(response.headers.get("access-control-allow-headers") ?? "", /X-Kloudless-Source/i);
    }
    const { headers } = await api.rest("GET", "/accounts", { headers: { origin: "https://page.example" } });
    assert.equal(headers.get("access-control-allow-origin"), "*");
    for (const name of ["x-kloudless-raw-headers", "retry-after", "content-disposition"])
      assert.ok(headers.get("access-control-expose-headers")?.includes(name), name);
  });

  test("4: slashes at the end and twice, without a redirect", async () => {
    for (const path of ["/accounts", "/accounts/", "//accounts", "/accounts//1///storage/folders/root//contents/"]) {
      const answer = await asked(`GET /v1${path}`);
      assert.match(answer, /^HTTP\/1.1 200 /, path);
    }
  });

  test("5: schemes in any case", async () => {
    const token = await api.token(1);
    for (const authorization of [`ApiKey ${API_KEY}`, `apikey ${API_KEY}`, `BEARER ${token}`, `bearer ${token}`])
      assert.equal((await api.rest("GET", "/accounts/1", { headers: { authorization } })).status, 200, authorization);
  });

  test("401: none, an unknown key and an unknown token", async () => {
    for (const [authorization, code] of [
      ["", "authentication_required"],
      ["APIKey nothing-is-this-key", "unauthorized"],
      ["Bearer nothing-is-this-token", "invalid_token"],
    ] as const) {
      const { status, body } = await api.rest("GET", "/accounts", { headers: { authorization } });
      assert.deepEqual([status, body.error_code, body.status_code], [401, code, 401]);
      assert.match(body.id, /^[\da-f-]{36}$/);
    }
  });

  test("several tokens name several accounts, and only theirs", async () => {
    const authorization = `Bearer ${await api.token(1)},${await api.token(2)}`;
    const both = await api.rest("GET", "/accounts/1,2/storage/recent?page_size=1", { headers: { authorization } });
    assert.equal(both.status, 200);
    assert.equal((await api.rest("GET", "/accounts/me", { headers: { authorization } })).body.id, 1);
    const one = { headers: { authorization: `Bearer ${await api.token(1)}` } };
    assert.equal((await api.rest("GET", "/accounts/1,2/storage/recent", one)).body.error_code, "forbidden");
    assert.equal((await api.rest("GET", "/accounts/1,2/storage/quota")).body.error_code, "bad_request");
  });

  test("6, 7, 9, 10: lists carry next_page to the end, their type, and objects that name themselves", async () => {
    const list = await api.expect(200, "GET", "/accounts/1/storage/folders/root/contents?page=1&page_size=1000");
    assert.deepEqual([list.type, list.api, list.page, list.next_page], ["object_list", "storage", "1", null]);
    for (const { id, type, api: of, href } of list.objects) {
      assert.match(type, /^(file|folder)$/);
      assert.equal(of, "storage");
      assert.equal(href, `${api.url}/v1/accounts/1/storage/${type}s/${id}`);
    }
    assert.equal((await api.expect(400, "GET", "/accounts/1/crm/contacts?page=%00")).error_code, "invalid_parameters");
  });

  test("8: an href begins with what the client used", async () => {
    const { href } = await api.expect(200, "GET", "/accounts/1", {
      headers: { "x-forwarded-proto": "https", "x-forwarded-host": "api.example.com" },
    });
    assert.equal(href, "https://api.example.com/v1/accounts/1");
    const odd = await api.expect(200, "GET", "/accounts/1", { headers: { "x-forwarded-host": "a b<script>" } });
    assert.equal(odd.href, "http://localhost/v1/accounts/1");
  });

  test("14, 15, 17: bad values are refused, booleans are written in three ways", async () => {
    for (const query of ["page_size=0", "page_size=1001", "page_size=x", "recursive=yes"])
      await api.expect(400, "GET", `/accounts/1/storage/folders/root/contents?${query}`);
    for (const value of ["true", "True", "1", "false", "False", "0"])
      await api.expect(200, "GET", `/accounts/1/storage/folders/root/contents?recursive=${value}`);
  });

  test("18: a GET or DELETE may carry a body of JSON", async () => {
    const answer = await bytes(
      [
        "GET /v1/accounts/1 HTTP/1.1",
        `Authorization: ApiKey ${API_KEY}`,
        "Content-Type: application/json",
        "Content-Length: 2",
      ].join("\r\n"),
      "{}",
    );
    assert.match(answer, /^HTTP\/1.1 200 /);
  });

  test("a body that its Content-Length cuts off is a 400, and the connection ends", async () => {
    const body = '{"name":"Grüße"}';
    const answer = await bytes(
      [
        "POST /v1/accounts/1/crm/accounts HTTP/1.1",
        `Authorization: ApiKey ${API_KEY}`,
        "Content-Type: application/json",
        `Content-Length: ${body.length}`,
      ].join("\r\n"),
      body,
    );
    assert.match(answer, /^HTTP\/1.1 400 /);
    assert.match(answer, /^connection: close\r$/im);
    assert.match(answer, /"error_code": ?"bad_request"/);
  });

  test("indentation as Accept says", async () => {
    const lines = async (accept?: string) =>
      (await asked("GET /v1/accounts/1", ...(accept ? [`Accept: ${accept}`] : []))).split("\r\n\r\n")[1] ?? "";
    assert.match(await lines(), /^\{\n {2}"id": 1,/);
    assert.match(await lines("application/json;indent=0"), /^\{"id":1,/);
    assert.match(await lines("application/json; indent=4"), /^\{\n {4}"id": 1,/);
  });

  test("JSON that would harm is refused: too deep, or reaching for a prototype", async () => {
    for (const body of [
      `{"name":${"[".repeat(100)}${"]".repeat(100)}}`,
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":{}}}',
    ])
      assert.equal((await api.rest("POST", "/accounts/1/crm/accounts", { body })).body.error_code, "bad_request");
    for (const query of ["raw[__proto__]=1", "raw[constructor]=1"])
      assert.equal((await api.rest("GET", `/accounts/1/crm/accounts?${query}`)).body.error_code, "bad_request");
    for (const headers of ["[]", "{", '{"a":{}}', "7"])
      assert.equal(
        (await api.rest("GET", "/accounts/1/crm/accounts", { headers: { "x-kloudless-raw-headers": headers } })).body
          .error_code,
        "bad_request",
        headers,
      );
    assert.equal(({} as { x?: number }).x, undefined);
  });

  test("a body of more than a mebibyte is too large, unless it is a file's", async () => {
    const body = JSON.stringify({ name: "x".repeat(2 ** 20) });
    assert.equal((await api.rest("POST", "/accounts/1/crm/accounts", { body })).status, 413);
  });

  test("acting as a user takes an administrator's account", async () => {
    const { status, body } = await api.rest("GET", "/accounts/2/storage/folders/root", {
      headers: { "x-kloudless-as-user": "someone" },
    });
    assert.deepEqual([status, body.error_code], [403, "forbidden"]);
  });
});

describe("REST: requests of one account in a second", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest({ restRate: 10 });
  });
  after(() => api.closeCore());

  /** All at once; ten pass, and ten more for each second that a slow machine takes. */
  const tenASecond = async (requests: readonly (() => Promise<RestAnswer>)[]): Promise<RestAnswer[]> => {
    const began = performance.now();
    const answers = await Promise.all(requests.map((request) => request()));
    const seconds = Math.floor((performance.now() - began) / 1000);
    const passed = answers.filter(({ status }) => status === 200).length;
    assert.ok(passed >= 10 && passed <= 10 * (1 + seconds), `${passed} in ${seconds} s`);
    return answers;
  };

  test("ten of a hundred at once pass, the others are told when to come again; other accounts are not concerned", async () => {
    const answers = await tenASecond(Array.from({ length: 100 }, () => () => api.rest("GET", "/accounts/1")));
    for (const { status, body, headers } of answers.filter(({ status }) => status !== 200)) {
      assert.deepEqual([status, body.error_code], [429, "too_many_requests"]);
      assert.equal(Number.parseFloat(headers.get("retry-after") ?? ""), 1);
    }
    assert.equal((await api.rest("GET", "/accounts/2")).status, 200);
  });

  test("two servers on one folder of data let ten pass together", async () => {
    await sleep(1_100);
    const second = await restForTest({ restRate: 10, data: api.data });
    try {
      const servers = Array.from({ length: 60 }, (_, index) => (index % 2 ? api : second));
      await tenASecond(servers.map((server) => () => server.rest("GET", "/accounts/1")));
    } finally {
      await second.closeCore();
    }
  });
});
