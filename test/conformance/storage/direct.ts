import assert from "node:assert/strict";
import { lookup } from "node:dns";
import { Agent, fetch } from "undici";
import type { DirectFile, StorageItem, UploadUrl } from "../../../src/connectors/connector.js";
import { conflictsWith, fails } from "../../support/fails.js";
import { type Bench, type Check, keyOf } from "./bench.js";

const TAKES = ["uploadUrl", "upload", "list", "download"] as const;

/** As in browsers, every name below `localhost` is this machine (RFC 6761, 6.3). */
const dispatcher = new Agent({
  connect: {
    lookup: (name, options, callback) => lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, options, callback),
  },
});

/** As anybody sends it who has the URL and nothing else. */
const send = async (
  { url, method, headers }: Pick<UploadUrl, "url" | "headers"> & { method: string },
  body: string | null,
): Promise<number> => {
  const answer = await fetch(url, { method, headers, body, dispatcher });
  await answer.body?.cancel();
  return answer.status;
};

const urlFor = ({ storage, folder }: Bench, name: string, file: Partial<DirectFile> = {}): Promise<UploadUrl> =>
  storage.uploadUrl({ parent: folder.id.native, name, ifExists: "replace", ...file });

const isRefused = (status: number): boolean => [400, 401, 403].includes(status);

export const direct = (check: Check): void => {
  check("bytes that do not pass through us become the file, whatever its name", TAKES, async (bench) => {
    const names = ["a.txt", "a+b é (1)!*'.txt", "100% & =.txt", "日本語.txt"];
    for (const name of names) {
      const upload = await urlFor(bench, name);
      assert.ok(Math.abs(Date.parse(upload.expires) - Date.now() - 15 * 60_000) < 60_000, upload.expires);
      assert.ok(!(await bench.names()).includes(name), "nothing is there before it is sent");
      assert.ok((await send(upload, name)) < 300, name);
    }
    const files = await bench.items();
    assert.deepEqual(files.map(({ name }) => name).sort(), [...names].sort());
    for (const file of files) assert.equal(await bench.text(file), file.name);
  });

  check("the type that was said is the file's", [...TAKES, "get"], async (bench) => {
    assert.ok((await send(await urlFor(bench, "a.bin", { mimeType: "image/png" }), "x")) < 300);
    const [listed] = await bench.items();
    const file = await bench.storage.get(keyOf(listed as StorageItem));
    assert.equal(file.type === "file" && file.mimeType, "image/png");
  });

  check("the URL is for one file, one method and this signature", TAKES, async (bench) => {
    const neighbour = await bench.upload("b.txt", "untouched");
    const upload = await urlFor(bench, "a.txt");
    const at = (change: (url: URL) => void): UploadUrl => {
      const url = new URL(upload.url);
      change(url);
      return { ...upload, url: url.href };
    };
    const elsewhere = at((url) => {
      url.pathname = url.pathname.replace(/a\.txt$/, "b.txt");
    });
    const above = at((url) => {
      url.pathname = url.pathname.replace(/\/[^/]+\/a\.txt$/, "/a.txt");
    });
    const [signature, value] = [...new URL(upload.url).searchParams].at(-1) as [string, string];
    const forged = at((url) => url.searchParams.set(signature, (value.startsWith("a") ? "b" : "a") + value.slice(1)));
    const unsigned = at((url) => {
      url.search = "";
    });
    for (const [what, refused] of Object.entries({ elsewhere, above, forged, unsigned }))
      assert.ok(isRefused(await send(refused, "stolen")), what);
    assert.ok((await send(upload, "sent")) < 300);
    for (const method of ["GET", "DELETE"]) assert.ok(isRefused(await send({ ...upload, method }, null)), method);
    assert.equal(await bench.text(neighbour), "untouched");
    assert.deepEqual(await bench.names(), ["a.txt", "b.txt"]);
  });

  check("replace: the same file with new contents", TAKES, async (bench) => {
    const file = await bench.upload("a.txt", "old");
    assert.ok((await send(await urlFor(bench, "a.txt"), "new")) < 300);
    assert.equal(await bench.text(file), "new");
    assert.deepEqual(await bench.names(), ["a.txt"]);
  });

  check("fail: a name that is taken gets no URL", TAKES, async (bench) => {
    const file = await bench.upload("a.txt", "there");
    await assert.rejects(urlFor(bench, "a.txt", { ifExists: "fail" }), conflictsWith(file));
  });

  check("fail: a name that is free is taken, once", TAKES, async (bench) => {
    const upload = await urlFor(bench, "a.txt", { ifExists: "fail" });
    assert.ok((await send(upload, "first")) < 300);
    assert.ok([403, 409, 412].includes(await send(upload, "late")));
    const [file] = await bench.items();
    assert.equal(await bench.text(file as StorageItem), "first");
  });

  check("a folder of that name, a parent that is a file or gone, a name that is refused", TAKES, async (bench) => {
    await bench.makeFolder("folder");
    const file = await bench.upload("file", "x");
    await assert.rejects(urlFor(bench, "folder"), fails("naming_conflict"));
    await assert.rejects(urlFor(bench, "a.txt", { parent: file.id.native }), fails("invalid_parent_folder"));
    const nowhere = `${bench.folder.id.native}gone/`;
    await assert.rejects(urlFor(bench, "a.txt", { parent: nowhere }), fails("not_found", "invalid_parent_folder"));
    for (const name of [
      "",
      ".",
      "..",
      "a/b",
      ...(bench.account.traits.refusedInNames ?? []).map((sign) => `a${sign}b`),
    ])
      await assert.rejects(urlFor(bench, name), fails("invalid_parameters"), JSON.stringify(name));
  });
};
