import type { Readable } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type {
  NewFile,
  Page,
  PartOperations,
  StorageItem,
  StorageKey,
  StorageOperations,
  StorageTraits,
} from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../account.js";
import { inBatches } from "../batch.js";
import type { BoundParts, BoundStorage } from "../bound.js";
import { defineOperations, Operations } from "../operations.js";
import { exactly } from "./exactly.js";
import { copyThroughUs } from "./transfer.js";

/** By the rows that sessions have read, so that it is asked again some time. */
const serversWithoutCopy = new WeakSet<object>();

const NAMES = [
  "get",
  "byPath",
  "list",
  "search",
  "recent",
  "sharedWith",
  "createFolder",
  "update",
  "delete",
  "uploadUrl",
  "download",
  "thumbnail",
  "permissions",
  "setPermissions",
  "properties",
  "setProperties",
  "quota",
] as const satisfies (keyof BoundStorage)[];

// The methods named above are made by `defineOperations`.
export interface UnifiedStorage extends Pick<BoundStorage, (typeof NAMES)[number]> {}

/** The storage of one account: what the connector has, and what the unified API adds to it. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are made by `defineOperations`, in one place for every category.
export class UnifiedStorage extends Operations {
  readonly #declared: StorageOperations | undefined;
  constructor(account: ConnectedAccount, raw: boolean) {
    super(account, "storage", account.connector.storage, raw);
    this.#declared = account.connector.storage;
  }

  get traits(): StorageTraits {
    const { traits = { pageSize: 0 }, traitsOf } = this.#declared ?? {};
    return traitsOf?.(this.account.record.settings) ?? traits;
  }

  /** Any number of keys, in the fewest calls; aligned with the keys, an error for each that failed. */
  getMany(keys: readonly StorageKey[]): Promise<(StorageItem | Error)[]> {
    return inBatches(this, keys, { name: "getMany", maximum: this.traits.getMany, one: (key) => this.get(key) });
  }

  /** First pages of any number of folders, in the fewest calls. */
  listMany(folders: readonly string[], limit: number): Promise<(Page<StorageItem> | Error)[]> {
    return inBatches(this, folders, {
      name: "listMany",
      maximum: this.traits.listMany,
      one: (id) => this.list(id, { cursor: null, limit }),
      rest: [limit],
    });
  }

  /** A folder of that name: a new one, or the one that is there. */
  async ensureFolder(folder: { parent: string; name: string }): Promise<Folder> {
    return (await this.findOrCreateFolder(folder)).folder;
  }

  async findOrCreateFolder(folder: { parent: string; name: string }): Promise<{ folder: Folder; isNew: boolean }> {
    try {
      return { folder: await this.createFolder(folder), isNew: true };
    } catch (error) {
      const there =
        error instanceof ApiError && error.code === "naming_conflict" ? error.context.conflicting : undefined;
      if (there?.type !== "folder") throw error;
      return { folder: (await this.get({ type: "folder", id: there.native })) as Folder, isNew: false };
    }
  }

  /** A body that is shorter or longer than `file.size` is refused, and nothing remains of it. */
  upload(file: NewFile, body: Readable): Promise<File> {
    const checked = file.size === undefined ? body : exactly(body, file.size);
    return (this.run("upload", [file, checked]) as Promise<File>).catch((error) => {
      body.destroy();
      // A service that sees its request break says so in its own words; what broke is the body.
      throw checked.errored instanceof ApiError ? checked.errored : error;
    });
  }

  /** The service has copies, and this account's server has not said that it has none. */
  get copiesItself(): boolean {
    return this.can("copy") && !serversWithoutCopy.has(this.account.record);
  }

  /** By the service where it can, else by reading here and writing there. */
  async copy(key: StorageKey, to: { parent: string; name?: string }): Promise<StorageItem> {
    const isThroughUs = this.can("upload") && this.can("download");
    if (this.copiesItself || !isThroughUs)
      try {
        return (await this.run("copy", [key, to])) as StorageItem;
      } catch (error) {
        if (!isThroughUs || !(error instanceof ApiError) || error.code !== "not_implemented") throw error;
        serversWithoutCopy.add(this.account.record);
      }
    return copyThroughUs(this, key, { storage: this, ...to });
  }

  get parts(): BoundParts | null {
    const { parts } = this.#declared ?? {};
    return parts && this.traits.partBytes !== undefined ? new UnifiedParts(this.account, parts) : null;
  }
}
defineOperations(UnifiedStorage, NAMES);

const PART_NAMES = ["start", "put", "complete", "abort"] as const satisfies (keyof BoundParts)[];
// biome-ignore lint/correctness/noUnusedVariables: it merges with the class below.
interface UnifiedParts extends BoundParts {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: as above.
class UnifiedParts extends Operations {
  constructor(account: ConnectedAccount, parts: PartOperations) {
    super(account, "storage", parts, false);
  }
}
defineOperations(UnifiedParts, PART_NAMES);
