import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { API_KEY, everyObject, type RestServing, restForTest } from "./support.js";

/** Of each account of the demo: the sandbox has every operation, a local folder what files have. */
const SANDBOX = "/accounts/1";

describe("REST: storage", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
  });
  after(() => api.closeCore());

  const upload = async (
    name: string,
    content: string,
    { parent_id = "root", overwrite = "", status = 201, account = SANDBOX } = {},
  ) =>
    api.expect(status, "POST", `${account}/storage/files${overwrite}`, {
      headers: { "x-kloudless-metadata": JSON.stringify({ name, parent_id }) },
      body: content,
    });
  const folder = (name: string, parent_id = "root", account = SANDBOX) =>
    api.expect(201, "POST", `${account}/storage/folders`, { body: { name, parent_id } });

  test("a file: uploaded, read with its ancestors, downloaded, renamed, moved and deleted", async () => {
    const place = await folder("Ablage & Co");
    const file = await upload("Grüße.txt", "hello", { parent_id: place.id });
    assert.equal(file.type, "file");
    assert.equal(file.account, 1);
    assert.equal(file.size, 5);
    assert.equal(file.mime_type, "text/plain");
    assert.equal(file.href, `${api.url}/v1${SANDBOX}/storage/files/${file.id}`);
    const read = await api.expect(200, "GET", `${SANDBOX}/storage/files/${file.id}`);
    assert.deepEqual(
      read.ancestors.map(({ name }: { name: string }) => name),
      [read.ancestors[0].name, "Ablage & Co"],
    );
    assert.deepEqual(read.parent, { id: place.id, name: "Ablage & Co", type: "folder" });
    const bytes = await api.rest("GET", `${SANDBOX}/storage/files/${file.id}/contents`);
    assert.equal(bytes.body, "hello");
    assert.match(bytes.headers.get("content-disposition") ?? "", /^attachment; filename=/);
    const part = await api.rest("GET", `${SANDBOX}/storage/files/${file.id}/contents`, {
      headers: { range: "bytes=1-3" },
    });
    assert.deepEqual([part.status, part.body], [206, "ell"]);
    const renamed = await api.expect(200, "PATCH", `${SANDBOX}/storage/files/${file.id}`, { body: { name: "b.txt" } });
    assert.equal(renamed.name, "b.txt");
    const moved = await api.expect(200, "PATCH", `${SANDBOX}/storage/files/${renamed.id}`, {
      body: { parent_id: "root" },
    });
    assert.equal(moved.path, "/b.txt");
    await api.expect(204, "DELETE", `${SANDBOX}/storage/files/${moved.id}?permanent=True`);
    await api.expect(404, "GET", `${SANDBOX}/storage/files/${moved.id}`);
  });

  test("an upload whose name is taken gets another, unless it overwrites", async () => {
    const first = await upload("same.txt", "one");
    assert.equal((await upload("same.txt", "two")).name, "same (1).txt");
    await sleep(1_100);
    const replaced = await upload("same.txt", "three", { overwrite: "?overwrite=True", status: 200 });
    assert.deepEqual([replaced.name, replaced.size], ["same.txt", 5]);
    const again = await api.expect(200, "PUT", `${SANDBOX}/storage/files/${replaced.id}`, { body: "fourth" });
    assert.deepEqual([again.id, again.size], [first.id, 6]);
    assert.equal((await upload("new.txt", "x", { overwrite: "?overwrite=true" })).name, "new.txt");
  });

  test("bytes are taken whatever the content type says", async () => {
    for (const type of ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", "text/plain"]) {
      const { size } = await api.expect(201, "POST", `${SANDBOX}/storage/files`, {
        headers: { "x-kloudless-metadata": '{"name":"typed.json","parent_id":"root"}', "content-type": type },
        body: '{"not":"parsed"',
      });
      assert.equal(size, 15, type);
    }
  });

  test("what an upload lacks, or has wrong, is named", async () => {
    for (const [metadata, code, word] of [
      ['{"parent_id":"root"}', "invalid_parameters", "name"],
      ['{"name":"a"}', "invalid_parameters", "parent_id"],
      ["not json", "bad_request", "x-kloudless-metadata"],
      ['{"name":"a","parent_id":"nothing"}', "not_found", "id"],
    ] as const) {
      const answer = await api.rest("POST", `${SANDBOX}/storage/files`, {
        headers: { "x-kloudless-metadata": metadata },
        body: "x",
      });
      assert.equal(answer.body.error_code, code, metadata);
      assert.match(answer.body.message, new RegExp(word), metadata);
    }
    const file = await upload("no folder.txt", "x");
    const answer = await api.rest("POST", `${SANDBOX}/storage/files`, {
      headers: { "x-kloudless-metadata": JSON.stringify({ name: "a", parent_id: file.id }) },
      body: "x",
    });
    assert.equal(answer.status, 400);
  });

  test("a download, whole and left midway, is no error in the log", async (t) => {
    const lines: string[] = [];
    const logged = await restForTest({}, pino({ level: "warn" }, { write: (line) => void lines.push(line) }));
    t.after(() => logged.closeCore());
    const file = await logged.expect(201, "POST", `${SANDBOX}/storage/files`, {
      headers: { "x-kloudless-metadata": JSON.stringify({ name: "large.bin", parent_id: "root" }) },
      body: Buffer.alloc(8 << 20),
    });
    const path = `${SANDBOX}/storage/files/${file.id}/contents`;
    assert.equal((await logged.rest("GET", path)).status, 200);
    const leaving = new AbortController();
    const headers = { authorization: `APIKey ${API_KEY}` };
    await fetch(`${logged.url}/v1${path}`, { headers, signal: leaving.signal });
    leaving.abort();
    await sleep(100);
    assert.deepEqual(lines, []);
  });

  test("folders: made once, listed in pages and flat, not deleted while they hold something", async () => {
    const place = await folder("Lists");
    assert.deepEqual(
      (await api.expect(200, "POST", `${SANDBOX}/storage/folders`, { body: { name: "Lists", parent_id: "root" } })).id,
      place.id,
    );
    const clash = await api.expect(409, "POST", `${SANDBOX}/storage/folders?conflict_if_exists=true`, {
      body: { name: "Lists", parent_id: "root" },
    });
    assert.deepEqual([clash.error_code, clash.conflicting_resource_id], ["naming_conflict", place.id]);
    const inner = await folder("Inner", place.id);
    for (const name of ["a", "b", "c", "d", "e"]) await upload(name, name, { parent_id: place.id });
    await upload("deep", "x", { parent_id: inner.id });
    const contents = `${SANDBOX}/storage/folders/${place.id}/contents`;
    const names = (objects: Record<string, unknown>[]) => objects.map(({ name }) => name).sort();
    assert.deepEqual(names(await everyObject(api, `${contents}?page_size=2`)), ["Inner", "a", "b", "c", "d", "e"]);
    assert.deepEqual(names(await everyObject(api, `${contents}?recursive=1`)), [
      "Inner",
      "a",
      "b",
      "c",
      "d",
      "deep",
      "e",
    ]);
    const full = await api.expect(403, "DELETE", `${SANDBOX}/storage/folders/${place.id}`);
    assert.equal(full.error_code, "folder_not_empty");
    await api.expect(204, "DELETE", `${SANDBOX}/storage/folders/${place.id}?recursive=true`);
  });

  test("the root folder stays", async () => {
    for (const [method, body] of [
      ["DELETE", undefined],
      ["PATCH", { name: "x" }],
    ] as const) {
      const refused = await api.expect(
        400,
        method,
        `${SANDBOX}/storage/folders/root?recursive=true`,
        body ? { body } : {},
      );
      assert.equal(refused.error_code, "bad_request");
    }
    const root = await api.expect(200, "GET", `${SANDBOX}/storage/folders/root`);
    assert.deepEqual([root.parent, root.type, root.size, root.ancestors], [null, "folder", null, []]);
  });

  test("a copy, within the account and to another, at once and as a task", async () => {
    const file = await upload("original.txt", "copy me");
    const place = await folder("Copies");
    const copy = await api.expect(201, "POST", `${SANDBOX}/storage/files/${file.id}/copy?link=true`, {
      body: { parent_id: place.id, name: "copy.txt" },
    });
    assert.equal(copy.name, "copy.txt");
    assert.equal(await (await fetch(copy.link)).status, 200);
    const task = await api.expect(202, "POST", `${SANDBOX}/storage/files/${file.id}/copy?return_type=task`, {
      body: { parent_id: "root", account: 2 },
    });
    const elsewhere = await ended(task.id);
    assert.deepEqual([elsewhere.status, elsewhere.body.account, elsewhere.body.name], [201, 2, "original.txt"]);
    const whole = await api.expect(202, "POST", `${SANDBOX}/storage/folders/${place.id}/copy`, {
      headers: { "x-kloudless-async": "True" },
      body: { parent_id: "root", name: "Copies of copies" },
    });
    assert.equal((await ended(whole.id)).body.name, "Copies of copies");
    const gone = await api.expect(202, "DELETE", `${SANDBOX}/storage/folders/${place.id}?recursive=true`, {
      headers: { "x-kloudless-async": "true" },
    });
    assert.equal((await ended(gone.id)).status, 204);
  });

  /** Reads a task until it is its result, as the file picker does. */
  const ended = async (id: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const answer = await api.rest("GET", `${SANDBOX}/tasks/${id}`);
      if (answer.body.id !== id) return answer;
      assert.match(answer.body.status, /^(UNKNOWN|STARTED)$/);
      await sleep(50);
    }
    throw new Error("the task does not end");
  };

  test("a task that nobody knows, or another account's, is UNKNOWN", async () => {
    const unknown = { id: "8e3938f9-dde7-4a57-b9a2-7ad282461073", status: "UNKNOWN", info: null };
    assert.deepEqual(await api.expect(200, "GET", `${SANDBOX}/tasks/${unknown.id}`), unknown);
  });

  test("a file is fetched from a URL; what fails there is told as the task's error", async () => {
    const source = createServer((request, response) => {
      if (request.url === "/there") response.end("from elsewhere");
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => source.listen(0, "127.0.0.1", resolve));
    const { port } = source.address() as AddressInfo;
    try {
      const body = { url: `http://127.0.0.1:${port}/there`, name: "fetched.txt", parent_id: "root" };
      const file = await api.expect(201, "POST", `${SANDBOX}/storage/files`, { body });
      assert.deepEqual([file.name, file.size], ["fetched.txt", 14]);
      const task = await api.expect(202, "POST", `${SANDBOX}/storage/files`, {
        headers: { "x-kloudless-async": "true" },
        body: { ...body, url: `http://127.0.0.1:${port}/missing` },
      });
      const failed = await ended(task.id);
      assert.deepEqual([failed.status, failed.body.error_code], [400, "request_failed"]);
    } finally {
      source.close();
    }
  });

  test("an upload in parts, in any order, one of them again", async () => {
    for (const account of [SANDBOX, "/accounts/2"]) {
      const begun = await api.expect(201, "POST", `${account}/storage/multipart?overwrite=True`, {
        body: { parent_id: "root", name: "parts.bin" },
      });
      assert.equal(Number.isInteger(begun.id), true);
      const path = `${account}/storage/multipart/${begun.id}`;
      assert.deepEqual(await api.expect(200, "GET", path), begun);
      const parts = [1, 2, 3].map((number) => Buffer.alloc(number === 3 ? 7 : begun.part_size, number));
      const put = (number: number, bytes: Buffer) =>
        api.expect(200, "PUT", `${path}?part_number=${number}`, { body: bytes });
      await put(3, parts[2] as Buffer);
      const early = await api.expect(400, "POST", `${path}/complete`);
      assert.match(early.message, /Part 1/);
      await put(1, Buffer.from("wrong"));
      await put(1, parts[0] as Buffer);
      await put(2, parts[1] as Buffer);
      const file = await api.expect(201, "POST", `${path}/complete/`);
      assert.equal(file.size, 2 * begun.part_size + 7);
      const joints = `bytes=${begun.part_size - 1}-${begun.part_size}`;
      const read = await api.rest("GET", `${account}/storage/files/${file.id}/contents`, {
        headers: { range: joints },
      });
      assert.equal(read.body, "\u0001\u0002");
      await api.expect(
        404,
        "PUT",
        `${account === SANDBOX ? "/accounts/2" : SANDBOX}/storage/multipart/${begun.id}?part_number=1`,
        { body: "x" },
      );
    }
  });

  test("an upload in parts that is given up is gone", async () => {
    const { id } = await api.expect(201, "POST", `${SANDBOX}/storage/multipart`, {
      body: { parent_id: "root", name: "x" },
    });
    await api.expect(200, "PUT", `${SANDBOX}/storage/multipart/${id}?part_number=1`, { body: "x" });
    await api.expect(400, "PUT", `${SANDBOX}/storage/multipart/${id}?part_number=0`, { body: "x" });
    await api.expect(204, "DELETE", `${SANDBOX}/storage/multipart/${id}`);
    await api.expect(404, "GET", `${SANDBOX}/storage/multipart/${id}`);
  });

  test("search, of one account and of two; an empty one is refused, one without hits is empty", async () => {
    await upload("needle one.txt", "x");
    await upload("needle two.txt", "x", { account: "/accounts/2" });
    const both = await everyObject(api, "/accounts/1,2/storage/search?q=needle&page_size=1");
    assert.deepEqual(both.map(({ name, account }) => [account, name]).sort(), [
      [1, "needle one.txt"],
      [2, "needle two.txt"],
    ]);
    await api.expect(400, "GET", `${SANDBOX}/storage/search?q=`);
    await api.expect(400, "GET", `${SANDBOX}/storage/search`);
    assert.deepEqual(await everyObject(api, `${SANDBOX}/storage/search?q=nothing-is-called-so`), []);
    await api.expect(501, "GET", `${SANDBOX}/storage/search?q=x&lang=cmis`);
  });

  test("recent files, newest first, by numbered pages; what is behind the last one is not found", async () => {
    const first = await api.expect(200, "GET", "/accounts/1,2/storage/recent?page_size=3");
    assert.equal(first.count, 3);
    assert.ok(first.total > 3);
    assert.equal(first.next_page, 2);
    const times = first.objects.map(({ modified }: { modified: string }) => modified);
    assert.deepEqual(times, [...times].sort().reverse());
    assert.equal((await api.expect(404, "GET", `${SANDBOX}/storage/recent?page=1000`)).error_code, "not_found");
    for (const query of ["page=0", "page_size=0", "page_size=1001"])
      await api.expect(400, "GET", `${SANDBOX}/storage/recent?${query}`);
    assert.equal((await api.expect(200, "GET", `${SANDBOX}/storage/recent?after=whenever`)).total, 0);
  });

  test("quota", async () => {
    const { total, used, type } = await api.expect(200, "GET", `${SANDBOX}/storage/quota`);
    assert.ok(used <= total);
    assert.equal(type, "quota");
  });

  test("links: made, listed over accounts, opened, protected, switched off and deleted", async () => {
    const file = await upload("linked.txt", "through a link");
    const links = `${SANDBOX}/storage/links`;
    const link = await api.expect(201, "POST", links, {
      body: { file_id: file.id, direct: true, expiration: "2100-01-01T00:00:00" },
    });
    assert.deepEqual([link.file_id, link.direct, link.password, link.active], [file.id, true, false, true]);
    assert.equal(link.expiration, "2100-01-01T00:00:00.000Z");
    assert.equal(await (await fetch(link.url)).text(), "through a link");
    const locked = await api.expect(200, "PATCH", `${links}/${link.id}`, { body: { password: "secret" } });
    assert.equal(locked.password, true);
    assert.match(await (await fetch(link.url)).text(), /id="id_password"/);
    const other = await upload("linked.txt", "x", { account: "/accounts/2" });
    await api.expect(201, "POST", "/accounts/2/storage/links", { body: { file_id: other.id } });
    const both = await api.expect(200, "GET", "/accounts/1,2/storage/links?ordering=created&page_size=1000");
    assert.deepEqual([...new Set(both.objects.map(({ account }: { account: number }) => account))].sort(), [1, 2]);
    assert.equal(both.total, both.objects.length);
    await api.expect(400, "GET", `${links}?ordering=__proto__`);
    await api.expect(200, "PATCH", `${links}/${link.id}`, { body: { active: false } });
    assert.ok((await fetch(link.url)).status >= 403);
    await api.expect(404, "GET", `${links}/${link.id}?active=true`);
    await api.expect(204, "DELETE", `${links}/${link.id}`);
    await api.expect(404, "GET", `${links}/${link.id}`);
    await api.expect(404, "POST", links, { body: { file_id: "bad" } });
  });

  test("permissions are a list of their own kind; a map of the oldest clients is read too", async () => {
    const file = await upload("shared.txt", "x");
    const path = `${SANDBOX}/storage/files/${file.id}/permissions`;
    const before = await api.expect(200, "GET", path);
    assert.equal(before.type, "permission_list");
    const patched = await api.expect(200, "PATCH", path, { body: [{ email: "lee@example.com", role: "reader" }] });
    const lee = patched.permissions.find(({ email }: { email: string }) => email === "lee@example.com");
    assert.equal(lee.role, "reader");
    const replaced = await api.expect(200, "PUT", path, { body: { "kim@example.com": "writer" } });
    assert.ok(!replaced.permissions.some(({ email }: { email: string }) => email === "lee@example.com"));
    const kim = replaced.permissions.find(({ email }: { email: string }) => email === "kim@example.com");
    const taken = await api.expect(200, "PATCH", path, { body: [{ id: kim.id, role: null }] });
    assert.ok(!taken.permissions.some(({ email }: { email: string }) => email === "kim@example.com"));
    await api.expect(501, "GET", "/accounts/2/storage/folders/root/permissions");
  });

  test("custom properties", async () => {
    const file = await upload("tagged.txt", "x");
    const path = `${SANDBOX}/storage/files/${file.id}/properties`;
    await api.expect(200, "PATCH", path, {
      body: [
        { key: "a", value: "1" },
        { key: "b", value: "2" },
      ],
    });
    const left = await api.expect(200, "PATCH", path, { body: [{ key: "a", value: null }] });
    assert.deepEqual(
      left.properties.map(({ key, value }: Record<string, string>) => [key, value]),
      [["b", "2"]],
    );
    await api.expect(204, "DELETE", path);
    assert.deepEqual((await api.expect(200, "GET", path)).properties, []);
  });

  test("what no connector has is not implemented", async () => {
    const file = await upload("plain.txt", "x");
    await api.expect(501, "POST", `${SANDBOX}/storage/files/upload_url`, { body: { parent_id: "root", name: "x" } });
    await api.expect(501, "GET", `${SANDBOX}/storage/files/${file.id}/links`);
    await api.expect(501, "GET", `${SANDBOX}/storage/folders/root/links`);
    await api.expect(
      501,
      "GET",
      `/accounts/2/storage/files/${(await upload("t.txt", "x", { account: "/accounts/2" })).id}/thumbnail`,
    );
  });

  test("an id of another account, or of another kind, names nothing", async () => {
    const file = await upload("mine.txt", "x");
    assert.equal((await api.expect(404, "GET", `/accounts/2/storage/files/${file.id}`)).error_code, "not_found");
    assert.equal(
      (await api.expect(400, "GET", `${SANDBOX}/storage/folders/${file.id}`)).error_code,
      "invalid_resource_type",
    );
  });
});
