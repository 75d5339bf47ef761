import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, test } from "node:test";
import { ApiError } from "../../src/errors.js";
import { complete, type Turn, uploadTurn } from "../../src/server/content/upload.js";
import { Spool } from "../../src/store/spool.js";
import type { Upload } from "../../src/store/store.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { sweepUploads } from "../../src/worker/uploads.js";
import { streamFrom } from "../support/bytes.js";
import { fails } from "../support/fails.js";
import { serveForTest, type TestServing } from "../support/serving.js";

describe("uploads", () => {
  let server: TestServing;
  before(async () => {
    server = await serveForTest();
  });
  after(() => server.closeCore());

  const folder = async (name: string): Promise<string> => {
    const { body } = await server.ask(`{ account(id: "2") { storage { root { id } } } }`);
    const made = await server.ask(
      `mutation ($parent: ID!, $name: String!) { createFolder(input: { parent: $parent, name: $name }) { folder { id } } }`,
      { parent: body.data.account.storage.root.id, name },
    );
    return made.body.data.createFolder.folder.id;
  };
  const create = async (parent: string, name: string, size: number) =>
    (
      await server.ask(
        `mutation ($parent: ID!, $name: String!, $size: ByteCount) {
           createUpload(input: { parent: $parent, name: $name, size: $size }) { id url partSize }
         }`,
        { parent, name, size },
      )
    ).body.data.createUpload as { id: string; url: string; partSize: number };
  const names = (where: string) => readdir(join(server.data, "files", where));

  test("the bytes of a file with a long name have a URL that works", async () => {
    const name = `${"long name ".repeat(20)}.txt`;
    await writeFile(join(server.data, "files", name), "here");
    const { body } = await server.ask(
      `query ($path: String!) { account(id: "2") { storage { byPath(path: $path) { ... on File { downloadUrl } } } } }`,
      { path: `/${name}` },
    );
    const response = await fetch(body.data.account.storage.byPath.downloadUrl);
    assert.deepEqual([response.status, await response.text()], [200, "here"]);
  });

  test("a refused upload is told why, however much of it is still on its way", async () => {
    const { url } = await create(await folder("Gone"), "big.bin", 12 * 2 ** 20);
    await rm(join(server.data, "files", "Gone"), { recursive: true });
    const response = await fetch(url, { method: "PUT", body: randomBytes(12 * 2 ** 20) });
    assert.equal(response.status, 404);
    assert.equal(((await response.json()) as { error_code: string }).error_code, "not_found");
  });

  /** A request that is under way: its first half has arrived. */
  const begin = async (url: string, content: Buffer, headers: Record<string, string> = {}) => {
    const client = ask(url, { method: "PUT", headers: { "content-length": content.length, ...headers } });
    const answered = new Promise<number>((resolve, reject) => {
      client.once("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      client.once("error", reject);
    });
    answered.catch(() => undefined);
    await new Promise<void>((resolve) => client.write(content.subarray(0, content.length / 2), () => resolve()));
    return { client, answered, finish: () => client.end(content.subarray(content.length / 2)) };
  };
  /** Until the server has taken the first request in hand. */
  const untilBusy = async (url: string) => {
    while ((await fetch(url, { method: "PUT", headers: { "content-range": "bytes */1" } })).status !== 409);
  };

  test("of two whole uploads at once, one is taken", async () => {
    const content = randomBytes(1000);
    const { url } = await create(await folder("Twice"), "once.bin", content.length);
    const first = await begin(url, content);
    await untilBusy(url);
    assert.equal((await fetch(url, { method: "PUT", body: content })).status, 409);
    first.finish();
    assert.equal(await first.answered, 201);
    assert.equal((await fetch(url, { method: "PUT", body: content })).status, 200);
    assert.deepEqual(await names("Twice"), ["once.bin"]);
  });

  test("of two turns at once, one is taken; one that broke off lets the next in", async () => {
    const parent = await folder("Turns");
    const { url } = await create(parent, "turns.bin", 1000);
    const content = randomBytes(1000);
    const headers = { "content-range": "bytes 0-999/1000" };
    const first = await begin(url, content, headers);
    await untilBusy(url);
    first.client.destroy();
    let status = 409;
    while (status === 409) status = (await fetch(url, { method: "PUT", headers, body: content })).status;
    assert.equal(status, 201);
    assert.deepEqual(await names("Turns"), ["turns.bin"]);
  });

  test("what nobody finished is swept: the service's parts, the bytes here, the row", async () => {
    const parent = await folder("Swept");
    const probe = await create(parent, "a.bin", 1);
    const { id, url, partSize } = await create(parent, "a.bin", probe.partSize * 2);
    const headers = { "content-range": `bytes 0-${partSize - 1}/${partSize * 2}` };
    assert.equal((await fetch(url, { method: "PUT", headers, body: Buffer.alloc(partSize) })).status, 308);
    assert.equal((await names("Swept")).length, 1, "a hidden file takes the parts");
    const { store } = server.core.unified;
    const row = (await store.uploads.get(id)) as Upload;
    await store.uploads.delete(id);
    const expired = new Date(Date.now() - 2 * 3_600_000).toISOString();
    await store.uploads.create({ ...row, expires: expired });
    await store.uploads.update(id, { session: row.session, receipts: row.receipts });
    const spool = new Spool(join(server.data, "uploads"));
    await spool.append(id, 0, streamFrom("waiting"));
    await spool.append("orphan", 0, streamFrom("of an account that was disconnected"));
    await spool.append("young", 0, streamFrom("of an upload under way"));
    const old = new Date(Date.now() - 26 * 3_600_000);
    await utimes(join(server.data, "uploads", "orphan"), old, old);
    const log = { error: (facts: object) => assert.fail(JSON.stringify(facts)) };
    const sweeper = sweepUploads(server.core.unified, spool, log);
    await sweeper.sweep(Date.now());
    await sweeper.stop();
    assert.equal(await store.uploads.get(id), null);
    assert.ok(await store.uploads.get(probe.id), "what has its time yet stays");
    assert.deepEqual(await names("Swept"), []);
    assert.deepEqual(await readdir(join(server.data, "uploads")), ["young"]);
  });
});

describe("an upload in turns to a service without parts", () => {
  const TOTAL = 3 * 256 * 1024;
  let data: string;
  let spool: Spool;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "unigraph-spool-"));
    spool = new Spool(data);
  });
  after(() => rm(data, { recursive: true }));

  const begin = (id: string, fail: () => Error | undefined) => {
    const upload = { id, size: TOTAL, received: 0, name: "a", parent: "p", overwrite: false, session: null } as Upload;
    const taken: number[] = [];
    const uploads = { update: async (_: string, change: Partial<Upload>) => void Object.assign(upload, change) };
    const account = {
      session: { unified: { store: { uploads } } },
      storage: {
        parts: null,
        traits: {},
        async upload(_file: object, body: AsyncIterable<Buffer>) {
          const error = fail();
          if (error) throw error;
          let size = 0;
          for await (const chunk of body) size += chunk.length;
          taken.push(size);
          return { id: { native: "f" }, size };
        },
      },
    } as unknown as ConnectedAccount;
    const turn = ({ start, length }: Pick<Turn, "start" | "length">) =>
      uploadTurn(account, { ...upload }, { start, length, total: TOTAL }, streamFrom(Buffer.alloc(length)), spool);
    return { upload, taken, turn, account };
  };

  test("bytes that were lost here are asked for again", async () => {
    const { upload, taken, turn } = begin("lost", () => undefined);
    await turn({ start: 0, length: TOTAL / 3 });
    await writeFile(join(data, "lost"), Buffer.alloc(100));
    await assert.rejects(turn({ start: TOTAL / 3, length: TOTAL / 3 }), fails("data_conflict"));
    assert.equal(upload.received, 0);
    await turn({ start: 0, length: TOTAL });
    assert.deepEqual(taken, [TOTAL]);
  });

  test("what the service refused at the end can be completed without sending it again", async () => {
    let times = 0;
    const begun = begin("again", () => (times++ === 0 ? new ApiError("service_not_available", "later") : undefined));
    await assert.rejects(begun.turn({ start: 0, length: TOTAL }), fails("service_not_available"));
    assert.equal(begun.upload.received, TOTAL);
    await complete(begun.account, begun.upload, spool);
    assert.deepEqual(begun.taken, [TOTAL]);
    assert.equal(await stat(join(data, "again")).catch(() => null), null);
  });

  test("a turn that breaks off keeps its whole pieces", async () => {
    const { upload, account } = begin("broken", () => undefined);
    const body = new PassThrough();
    body.write(Buffer.alloc(300 * 1024));
    setTimeout(() => body.destroy(new Error("reset")), 50);
    const turn = uploadTurn(account, { ...upload }, { start: 0, length: TOTAL, total: TOTAL }, body, spool);
    await assert.rejects(turn, fails("request_failed"));
    assert.equal(upload.received, 256 * 1024);
  });
});
