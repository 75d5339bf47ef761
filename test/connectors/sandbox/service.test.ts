import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import type { Entry } from "../../../src/connectors/sandbox/service/files/tree.js";
import { sandboxService } from "../../../src/connectors/sandbox/service/index.js";
import { Client } from "./client.js";

const open: Client[] = [];
const client = async (...parameters: Parameters<typeof Client.open>): Promise<Client> => {
  const opened = await Client.open(...parameters);
  open.push(opened);
  return opened;
};
after(() => {
  for (const { service } of open) service.close();
});

const everything = async (from: Client, path = "/folders/root/entries?recursive=true&limit=1000"): Promise<Entry[]> => {
  const entries: Entry[] = [];
  let cursor: unknown = null;
  do {
    const page = await from.send("GET", cursor ? `${path}&cursor=${cursor}` : path);
    assert.equal(page.status, 200);
    entries.push(...(page.json.entries as Entry[]));
    cursor = page.json.cursor;
  } while (cursor !== null);
  return entries;
};
const byPath = async (from: Client, path: string): Promise<Entry> =>
  (await from.send("GET", `/paths?path=${encodeURIComponent(path)}`)).json as unknown as Entry;
const codeOf = ({ json }: { json: Record<string, unknown> }) => (json.error as { code: string } | undefined)?.code;
const put = (to: Client, name: string, body: Buffer | string | Readable, more = "") =>
  to.send("POST", `/files?parent_id=root&name=${encodeURIComponent(name)}${more}`, body);

describe("sandbox service: seeds", () => {
  test("a large category is filled once, by two processes at once and after one that was killed at it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unigraph-sandbox-"));
    const file = join(folder, "sandbox.sqlite");
    const killed = await Client.open({ seed: "one", size: "large" }, Date.now, file);
    const others = [sandboxService({ file }), sandboxService({ file })].map((service) => killed.over(service));
    try {
      const cut = killed.send("GET", "/crm/contacts?limit=1");
      await setTimeout(50);
      killed.service.close();
      assert.notEqual((await cut.catch(() => ({ status: 500 }))).status, 200);
      const answers = await Promise.all(others.map((other) => other.send("GET", "/crm/contacts?limit=1")));
      assert.deepEqual(
        answers.map(({ json }) => json.total),
        [10_000, 10_000],
      );
    } finally {
      for (const { service } of others) service.close();
      await rm(folder, { recursive: true });
    }
  });

  test("the same seed gives the same ids, names, times and bytes; another seed others", async () => {
    const one = await client({ seed: "one" });
    const again = await one.connect({ seed: "one" });
    const other = await one.connect({ seed: "other" });
    const [first, second, third] = await Promise.all([one, again, other].map((from) => everything(from)));
    assert.deepEqual(first, second);
    assert.notDeepEqual(first, third);
    const cover = await byPath(one, "/Photos/cover.jpg");
    const [bytes, same] = await Promise.all([one, again].map((from) => from.send("GET", `/files/${cover.id}/content`)));
    assert.deepEqual(bytes?.bytes, same?.bytes);
  });

  test("small: pictures that decode, an empty folder, 300 notes, every path leads back", async () => {
    const small = await client();
    const entries = await everything(small);
    assert.ok(entries.length > 340 && entries.length < 400, `${entries.length} entries`);
    for (const entry of entries)
      if (entry.path) assert.equal((await byPath(small, entry.path)).id, entry.id, entry.path);
    const png = await byPath(small, "/Photos/Alps/valley.png");
    assert.equal(PNG.sync.read((await small.send("GET", `/files/${png.id}/content`)).bytes).width, 240);
    const empty = await byPath(small, "/Empty");
    assert.deepEqual((await small.send("GET", `/folders/${empty.id}/entries`)).json, {
      entries: [],
      cursor: null,
      total: 0,
    });
    const archive = await byPath(small, "/Archive");
    assert.equal((await everything(small, `/folders/${archive.id}/entries?limit=70`)).length, 300);
  });

  test("large: 10,000 files, each listed once", async () => {
    const large = await client({ size: "large" });
    const entries = await everything(large);
    assert.equal(entries.filter(({ kind }) => kind === "file").length, 10_000);
    assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
    const used = entries.reduce((sum, { size }) => sum + (size ?? 0), 0);
    assert.equal((await large.send("GET", "/quota")).json.used_bytes, used);
  });

  test("accounts do not see each other", async () => {
    const one = await client({ seed: "one" });
    const two = await one.connect({ seed: "two" });
    const file = await byPath(one, "/Welcome.md");
    assert.equal(codeOf(await two.send("GET", `/files/${file.id}`)), "not_found");
  });

  test("a file keeps it all: another process goes on where this one stopped", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
    const file = join(folder, "sandbox.db");
    const first = await Client.open({}, Date.now, file);
    const { json } = await put(first, "kept.txt", "kept");
    first.service.close();
    const second = sandboxService({ file });
    const content = await first.over(second).send("GET", `/files/${json.id}/content`);
    assert.equal(String(content.bytes), "kept");
    second.close();
    await rm(folder, { recursive: true });
  });
});

describe("sandbox service: tokens", () => {
  test("an access token expires, a refresh token works once, its reuse revokes everything", async () => {
    let now = Date.UTC(2026, 5, 1);
    const user = await client({ token_lifetime: 60 }, () => now);
    assert.equal((await user.send("GET", "/quota")).status, 200);
    now += 60_000;
    const expired = await user.send("GET", "/quota");
    assert.equal(expired.status, 401);
    assert.equal(expired.headers["www-authenticate"], 'Bearer error="invalid_token"');

    const stale = user.refreshToken;
    const { json } = await user.refresh();
    assert.equal(json.expires_in, 60);
    user.token = json.access_token as string;
    assert.equal((await user.send("GET", "/quota")).status, 200);

    const reuse = await user.refresh(stale);
    assert.deepEqual([reuse.status, reuse.json], [400, { error: "invalid_grant" }]);
    assert.equal((await user.send("GET", "/quota")).status, 401);
    assert.deepEqual((await user.refresh(json.refresh_token as string)).json, { error: "invalid_grant" });
  });

  test("forged tokens are refused and revoke nothing", async () => {
    const user = await client();
    for (const token of ["", "x", `${user.token}x`, user.refreshToken, user.token.replace(user.account, "acc_0")]) {
      const { status } = await user.send("GET", "/quota", "", { authorization: `Bearer ${token}` });
      assert.equal(status, 401, token);
    }
    assert.deepEqual((await user.refresh(user.refreshToken.replace(/\.1\./, ".2."))).json, { error: "invalid_grant" });
    assert.deepEqual((await user.refresh(user.token)).json, { error: "invalid_grant" });
    assert.equal((await user.refresh()).status, 200);
  });
});

describe("sandbox service: faults", () => {
  const statuses = async (from: Client, count: number): Promise<number[]> => {
    const answers = [];
    for (let index = 0; index < count; index++) answers.push((await from.send("GET", "/quota")).status);
    return answers;
  };

  test("failRate: the same requests fail again with the same seed", async () => {
    const order = { seed: "faults", fail_rate: 0.3 };
    const [one, two] = [await statuses(await client(order), 200), await statuses(await client(order), 200)];
    assert.deepEqual(one, two);
    const failed = one.filter((status) => status === 503).length;
    assert.ok(failed > 40 && failed < 80, `${failed} of 200 failed`);
  });

  test("rateLimit: so many requests in a second, then 429 until the next", async () => {
    let now = Date.UTC(2026, 5, 1);
    const user = await client({ rate_limit: 3 }, () => now);
    assert.deepEqual(await statuses(user, 4), [200, 200, 200, 429]);
    const { headers, json } = await user.send("GET", "/quota");
    assert.equal(headers["retry-after"], "1");
    assert.equal(headers["x-ratelimit-limit"], "3");
    assert.equal(headers["x-ratelimit-remaining"], "0");
    assert.equal(headers["x-ratelimit-reset"], String(now / 1000 + 1));
    assert.equal(codeOf({ json }), "rate_limited");
    now += 1000;
    assert.deepEqual(await statuses(user, 1), [200]);
  });

  test("latency: an answer waits, and is given up when its caller goes", async () => {
    const user = await client({ latency_ms: 50 });
    const before = performance.now();
    await user.send("GET", "/quota");
    assert.ok(performance.now() - before >= 45);
    const gone = new AbortController();
    const request = { method: "GET", path: "/quota", headers: { authorization: `Bearer ${user.token}` } };
    const answer = user.service.handle({ ...request, body: Readable.from([]), signal: gone.signal });
    gone.abort();
    await assert.rejects(answer);
  });

  test("a wrong order names what is wrong", async () => {
    const user = await client();
    for (const order of [{ size: "huge" }, { fail_rate: 2 }, { rate_limit: 0 }, { colour: "red" }]) {
      const { status, json } = await user.send("POST", "/accounts", order);
      assert.equal(status, 400);
      assert.match((json.error as { message: string }).message, new RegExp(Object.keys(order)[0] as string));
    }
    assert.equal(codeOf(await user.send("POST", "/accounts", "{")), "invalid_request");
    assert.equal(codeOf(await user.send("GET", "/nowhere")), "not_found");
    assert.equal((await user.send("PUT", "/quota")).headers.allow, "GET");
  });
});

describe("sandbox service: files", () => {
  test("batches are aligned with what was asked, errors in the places of what is not there", async () => {
    const user = await client();
    const [file, folder] = [await byPath(user, "/Welcome.md"), await byPath(user, "/Contracts")];
    const batch = await user.send("POST", "/files/batch", { ids: ["none", file.id, folder.id, file.id] });
    const results = batch.json.results as (Entry & { error?: { code: string } })[];
    assert.deepEqual(
      results.map(({ id, error }) => error?.code ?? id),
      ["not_found", file.id, folder.id, file.id],
    );
    const pages = await user.send("POST", "/folders/batch", { ids: [folder.id, "none", file.id], limit: 2 });
    const [page, none, leaf] = pages.json.results as { entries: Entry[]; total: number; error: { code: string } }[];
    assert.deepEqual([page?.entries.length, page?.total], [2, 3]);
    assert.deepEqual([none?.error.code, leaf?.error.code], ["not_found", "wrong_kind"]);
    assert.equal((await user.send("POST", "/files/batch", { ids: Array(201).fill("x") })).status, 400);
    assert.equal((await user.send("POST", "/folders/batch", { ids: Array(51).fill("x") })).status, 400);
  });

  test("a name is not a path: a/b the file, and b in the folder a", async () => {
    const user = await client();
    const flat = (await put(user, "a/b", "flat")).json;
    const folder = (await user.send("POST", "/folders", { parent_id: "root", name: "a" })).json;
    assert.equal((await byPath(user, "/a/b")).id, flat.id);
    const deep = (await user.send("POST", `/files?parent_id=${folder.id}&name=b`, "deep")).json;
    assert.equal((await byPath(user, "/a/b")).id, deep.id);
    assert.equal((await byPath(user, "/a/")).id, folder.id);
  });

  test("ranges", async () => {
    const user = await client();
    const whole = Buffer.alloc(700_000, "0123456789");
    const { id } = (await put(user, "ten.bin", whole)).json;
    const ask = (range: string) => user.send("GET", `/files/${id}/content`, "", { range });
    for (const [range, start, end] of [
      ["bytes=0-0", 0, 1],
      ["bytes=262140-262150", 262_140, 262_151],
      ["bytes=262144-", 262_144, 700_000],
      ["bytes=-5", 699_995, 700_000],
      ["bytes=0-999999", 0, 700_000],
    ] as const) {
      const { status, headers, bytes } = await ask(range);
      assert.deepEqual([status, headers["content-range"]], [206, `bytes ${start}-${end - 1}/700000`]);
      assert.ok(bytes.equals(whole.subarray(start, end)), range);
    }
    assert.equal((await ask("bytes=700000-")).headers["content-range"], "bytes */700000");
    for (const odd of ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2"]) assert.equal((await ask(odd)).status, 200);
  });

  test("what is being read outlives its file", async () => {
    const user = await client();
    const whole = Buffer.alloc(900_000, "before");
    const { id } = (await put(user, "read.bin", whole)).json;
    const { body } = await user.answer("GET", `/files/${id}/content`, "");
    assert.ok(body instanceof Readable);
    await put(user, "read.bin", "after", "&if_exists=replace");
    await user.send("DELETE", `/files/${id}?permanent=true`);
    assert.ok(Buffer.concat(await body.toArray()).equals(whole));
  });

  test("the quota holds for files, parts and copies; the trash gives way first", async () => {
    const user = await client({ seed: "quota" });
    const big = 100 * 2 ** 20;
    const zeros = () => Readable.from(blocks(big));
    const first = await put(user, "one.bin", zeros());
    assert.equal(first.status, 201);
    assert.equal((await put(user, "two.bin", zeros())).status, 201);
    assert.equal(codeOf(await put(user, "three.bin", zeros())), "quota_exceeded");
    const copy = await user.send("POST", `/files/${first.json.id}/copy`, { parent_id: "root", name: "copy.bin" });
    assert.equal(codeOf(copy), "quota_exceeded");
    assert.equal(codeOf(await put(user, "said.bin", "", `&size=${big}`)), "quota_exceeded");
    await user.send("DELETE", `/files/${first.json.id}`);
    assert.equal((await put(user, "three.bin", zeros())).status, 201);
    const { used_bytes, total_bytes } = (await user.send("GET", "/quota")).json;
    assert.ok((used_bytes as number) <= (total_bytes as number));
  });

  test("thumbnails: PNG or JPEG, deterministic, of images only, of no picture larger than sense", async () => {
    const user = await client();
    const photo = await byPath(user, "/Photos/cover.jpg");
    const ask = (id: string, query: string) => user.send("GET", `/files/${id}/thumbnail?${query}`);
    const png = await ask(photo.id, "size=60");
    const { width, height } = PNG.sync.read(png.bytes);
    assert.deepEqual([width, height, png.headers["content-type"]], [60, 40, "image/png"]);
    assert.ok((await ask(photo.id, "size=60")).bytes.equals(png.bytes));
    assert.equal(jpeg.decode((await ask(photo.id, "size=100&format=jpeg")).bytes).width, 100);
    assert.equal(PNG.sync.read((await ask(photo.id, "size=1000")).bytes).width, 240);
    assert.equal((await ask((await byPath(user, "/Welcome.md")).id, "size=60")).status, 404);
    const fake = (await put(user, "fake.png", "no picture")).json;
    assert.equal((await ask(fake.id as string, "size=60")).status, 404);
    const bomb = Buffer.from(PNG.sync.write(new PNG({ width: 1, height: 1 })));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    const { id } = (await put(user, "bomb.png", bomb)).json;
    assert.equal((await ask(id as string, "size=60")).status, 404);
  });

  test("the change feed tells each thing once, in order", async () => {
    const user = await client();
    const { cursor } = (await user.send("GET", "/changes")).json;
    const folder = (await user.send("POST", "/folders", { parent_id: "root", name: "new" })).json;
    const file = (await put(user, "a.txt", "a")).json;
    await put(user, "a.txt", "b", "&if_exists=replace");
    await user.send("PATCH", `/files/${file.id}`, { name: "b.txt" });
    await user.send("PATCH", `/files/${file.id}`, { parent_id: folder.id });
    await user.send("DELETE", `/files/${folder.id}?recursive=true`);
    const expected = ["created folder", "created file", "updated file", "renamed file", "moved file"];
    const seen: string[] = [];
    let position = cursor;
    for (let more = true; more; ) {
      const { json } = await user.send("GET", `/changes?cursor=${position}&limit=2`);
      seen.push(
        ...(json.changes as { kind: string; item_kind: string }[]).map(
          (change) => `${change.kind} ${change.item_kind}`,
        ),
      );
      more = json.has_more as boolean;
      position = json.cursor;
    }
    assert.deepEqual(seen, [...expected, "deleted folder", "deleted file"]);
    assert.equal(codeOf(await user.send("GET", "/changes?cursor=nonsense")), "invalid_cursor");
  });

  test("search: every word, in any case and form, within folders", async () => {
    const user = await client();
    const find = async (query: string) =>
      ((await user.send("GET", `/search?${query}`)).json.entries as Entry[]).map(({ path }) => path);
    assert.equal((await find("q=BUDGET")).length, 4);
    assert.deepEqual(await find("q=csv%20budget%20&limit=1").then((paths) => paths.length), 1);
    assert.deepEqual(await find(`q=${encodeURIComponent("ÜBERSICHT")}`), ["/Projects/Launch 🚀/Übersicht.txt"]);
    const { id } = await byPath(user, "/Reports/2026");
    assert.equal((await find(`q=budget&in=${id}`)).length, 3);
    assert.equal((await find(`q=budget&in=${id},root`)).length, 4);
  });
});

function* blocks(bytes: number): Generator<Buffer> {
  const block = Buffer.alloc(2 ** 20);
  for (let sent = 0; sent < bytes; sent += block.length) yield block;
}
