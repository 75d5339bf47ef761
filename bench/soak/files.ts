import type { Readable } from "node:stream";
import type { File } from "../../schema/storage/file.js";
import { ROOT } from "../../src/connectors/connector.js";
import { copyFile } from "../../src/unified/storage/transfer.js";
import { brokenAfter, bytesOf, contentOf, measure, sha256, streamOf } from "../../test/support/bytes.js";
import {
  type Acting,
  type Action,
  type Actions,
  between,
  type Content,
  chance,
  checkEach,
  nextNumber,
  pick,
  Wrong,
} from "./acting.js";

/** Files of one account at most. */
const MOST = 40;
const SMALL = 64 << 10;
const LARGE = 2 << 20;
/** Files older than so many others are no longer anybody's: what a broken answer has hidden is tidied up. */
const OLD = 2_000;

const nameOf = (number: number): string => `soak ${number}.bin`;
const numberOf = (name: string): number => Number(/^(?:soak|folder) (\d+)/.exec(name)?.[1] ?? 0);
const folderOf = ({ subject }: Acting): string => subject.folder ?? ROOT;
const known = ({ subject }: Acting): [string, Content] | undefined => pick([...subject.files]);
const keep = ({ subject }: Acting, file: File, content: Content): void => {
  if (file.size !== null && file.size !== content.size)
    throw new Wrong(`a file of ${content.size} bytes was kept as ${file.size}`);
  subject.files.set(file.id.native, content);
};

const upload: Action = async (acting) => {
  if (acting.subject.files.size >= MOST) return remove(acting);
  const number = nextNumber();
  const content = { size: between(0, chance(0.05) ? LARGE : SMALL), seed: String(number) };
  const size = chance(0.2) ? undefined : content.size;
  const place = {
    parent: folderOf(acting),
    name: nameOf(number),
    ifExists: pick(["fail", "rename", "replace"] as const)!,
  };
  const file = await acting.account.storage.upload({ ...place, size }, streamOf(content.size, content.seed));
  keep(acting, file, content);
};

/** The source breaks off: nothing may remain. */
const brokenUpload: Action = async (acting) => {
  const size = between(1, SMALL);
  const place = { parent: folderOf(acting), name: nameOf(nextNumber()), ifExists: "fail" as const };
  const broken = acting.account.storage.upload({ ...place, size }, brokenAfter(Math.floor(size / 2)));
  await broken.then(
    () => {
      throw new Wrong("an upload that broke off was taken");
    },
    (error: unknown) => {
      if (error instanceof Wrong) throw error;
      checkEach([error]);
    },
  );
};

const download: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  if (id === undefined || !content) return false;
  const { body } = await acting.account.storage.download(id);
  const got = await measure(body);
  const expected = sha256(bytesOf(content.size, content.seed));
  if (got.sha256 !== expected)
    throw new Wrong(`a download of ${content.size} bytes ended well with ${got.size}, not the file's`);
};

const range: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  if (id === undefined || !content || content.size < 10) return false;
  const start = between(0, content.size - 2);
  const end = between(start, content.size - 1);
  const answer = await acting.account.storage.download(id, { start, end });
  const got = await contentOf(answer.body);
  const whole = bytesOf(content.size, content.seed);
  const expected = answer.range ? whole.subarray(start, end + 1) : whole;
  if (!got.equals(expected)) throw new Wrong(`bytes ${start} to ${end} of ${content.size} are not the file's`);
};

/** The reader goes in the midst: it destroys the body, or its whole request ends. */
const halfDownload: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  if (id === undefined || !content) return false;
  const { body } = await acting.account.storage.download(id);
  // It may break as long as nobody reads it any more.
  body.on("error", () => undefined);
  await readSome(body, between(0, content.size));
  if (chance(0.5)) acting.leave();
  body.destroy();
};

const readSome = async (body: Readable, bytes: number): Promise<void> => {
  let seen = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen >= bytes) return;
  }
};

const list: Action = async (acting) => {
  const { storage } = acting.account;
  const first = await storage.list(folderOf(acting), { cursor: null, limit: between(1, 30) });
  if (first.next !== null) await storage.list(folderOf(acting), { cursor: first.next, limit: 30 });
};

/** Deletes what nobody knows any more. */
const tidy: Action = async (acting) => {
  const { account, subject } = acting;
  const { items } = await account.storage.list(folderOf(acting), { cursor: null, limit: 200 });
  const now = nextNumber();
  const old = items.filter(({ id, name }) => !subject.files.has(id.native) && numberOf(name) < now - OLD).slice(0, 10);
  for (const { id, type } of old)
    await account.storage.delete({ type, id: id.native }, { recursive: true, permanent: true });
};

const get: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  if (id === undefined || !content) return false;
  const item = await acting.account.storage.get({ type: "file", id });
  if (item.type !== "file") throw new Wrong("a file is a folder");
  if (item.size !== null && item.size !== content.size) throw new Wrong(`${item.size} bytes, not ${content.size}`);
};

const getMany: Action = async (acting) => {
  const keys = [...acting.subject.files.keys()].slice(0, 12).map((id) => ({ type: "file" as const, id }));
  const missing = { type: "file" as const, id: `${keys[0]?.id ?? "/x"}.not` };
  const items = await acting.account.storage.getMany([...keys, missing]);
  if (items.length !== keys.length + 1) throw new Wrong("getMany is not aligned with its keys");
  checkEach(items);
};

const search: Action = ({ account: { storage } }) => storage.search({ query: "soak", cursor: null, limit: 20 });
const recent: Action = ({ account: { storage } }) => storage.recent({ cursor: null, limit: 20 });
const quota: Action = ({ account: { storage } }) => storage.quota();

const copy: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  if (id === undefined || !content || acting.subject.files.size >= MOST) return false;
  const to = { parent: folderOf(acting), name: nameOf(nextNumber()) };
  keep(acting, (await acting.account.storage.copy({ type: "file", id }, to)) as File, content);
};

/** From one account to another, its bytes passing through us. */
const transfer: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  const other = pick(acting.subjects.filter(({ folder, files }) => folder !== null && files.size < MOST));
  if (id === undefined || !content || !other) return false;
  const file = (await acting.account.storage.get({ type: "file", id })) as File;
  const { storage } = await acting.open(other);
  const to = { storage, parent: other.folder as string, name: nameOf(nextNumber()) };
  keep({ ...acting, subject: other }, await copyFile(acting.account.storage, file, to, "fail"), content);
};

const rename: Action = async (acting) => {
  const [id, content] = known(acting) ?? [];
  if (id === undefined || !content) return false;
  acting.subject.files.delete(id);
  const file = await acting.account.storage.update({ type: "file", id }, { name: nameOf(nextNumber()) });
  keep(acting, file as File, content);
};

const remove: Action = async (acting) => {
  const [id] = known(acting) ?? [];
  if (id === undefined) return false;
  acting.subject.files.delete(id);
  await acting.account.storage.delete({ type: "file", id }, { recursive: false, permanent: true });
};

/** A folder with files in it, that comes and goes. */
const tree: Action = async (acting) => {
  const { storage } = acting.account;
  const { id } = await storage.createFolder({ parent: folderOf(acting), name: `folder ${nextNumber()}` });
  for (let index = 0; index < 3; index++)
    await storage.upload({ parent: id.native, name: `${index}`, size: 100, ifExists: "fail" }, streamOf(100));
  await storage.list(id.native, { cursor: null, limit: 10 });
  await storage.delete({ type: "folder", id: id.native }, { recursive: true, permanent: true });
};

export const FILES: Actions = {
  list: [10, list],
  get: [10, get],
  getMany: [5, getMany],
  search: [2, search, "search"],
  recent: [2, recent, "recent"],
  quota: [1, quota, "quota"],
  upload: [12, upload],
  brokenUpload: [3, brokenUpload],
  download: [10, download],
  range: [4, range],
  halfDownload: [8, halfDownload],
  copy: [3, copy],
  transfer: [4, transfer],
  rename: [3, rename],
  delete: [4, remove],
  tree: [2, tree],
  tidy: [2, tidy],
};
