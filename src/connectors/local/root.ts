import { constants, type Dirent, type PathLike, type Stats } from "node:fs";
import { type FileHandle, lstat, open, opendir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { ApiError } from "../../errors.js";
import { ROOT, type Settings } from "../connector.js";
import { codeOf, unless } from "./errors.js";
import { childId, namesOf, notFound } from "./names.js";

/**
 * The safe walk. A folder is opened one name at a time, each below the descriptor of the one before and never through a
 * symbolic link; what is then done in it goes through `/proc/self/fd/N/name`, the openat(2) of a runtime that has none. So a
 * folder swapped for a link between check and use changes nothing: we hold the folder, not its path.
 * Elsewhere than on Linux the same steps go by path: checked, but not held (README).
 */
const BY_DESCRIPTOR = process.platform === "linux";
/** Opens for reference only, so that pipes and devices feel nothing of it. open(2); not among node's constants. */
const O_PATH = 0o10000000;
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** `fs.Dir` as it is when names are asked for as bytes, which node's types do not know. */
export interface Entries {
  read(): Promise<Dirent<Buffer> | null>;
  close(): Promise<void>;
}
const OPTIONS = { encoding: "buffer" as BufferEncoding, bufferSize: 512 };

/** An open folder of an account. Who opens it closes it. */
export class OpenFolder {
  readonly #handle: FileHandle | null;
  private constructor(
    /** Its native id. */
    readonly id: string,
    /** A path to this very folder as long as it is open. */
    readonly here: string,
    handle: FileHandle | null,
  ) {
    this.#handle = handle;
  }

  /** The operator's own folder, which may be named by a link. */
  static root(path: string): Promise<OpenFolder> {
    return OpenFolder.#open(path, ROOT, stat, 0);
  }
  /** Throws ENOTDIR for a file and for a link alike. */
  folder(name: string | Buffer, id = childId(this.id, name.toString())): Promise<OpenFolder> {
    return OpenFolder.#open(typeof name === "string" ? this.path(name) : this.pathOf(name), id, lstat, O_NOFOLLOW);
  }
  static async #open(
    path: string | Buffer,
    id: string,
    look: (path: PathLike) => Promise<Stats>,
    flags: number,
  ): Promise<OpenFolder> {
    if (!BY_DESCRIPTOR) {
      if (!(await look(path)).isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
      return new OpenFolder(id, path.toString(), null);
    }
    const handle = await open(path, O_PATH | O_DIRECTORY | flags);
    return new OpenFolder(id, `/proc/self/fd/${handle.fd}`, handle);
  }

  path(name: string): string {
    return `${this.here}/${name}`;
  }
  /** For names that are not UTF-8. */
  pathOf(name: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.here}/`), name]);
  }
  /** Of the folder itself. */
  self(): Promise<Stats> {
    return this.#handle?.stat() ?? lstat(this.here);
  }
  /** Of whatever has that name, a link itself included; null when nothing has. */
  stats(name: string): Promise<Stats | null> {
    return unless(["ENOENT"], lstat(this.path(name)));
  }
  /** Of a file or folder; null for what is not there for us: links, pipes, sockets, devices. */
  async find(name: string): Promise<Stats | null> {
    const stats = await this.stats(name);
    return stats && (stats.isFile() || stats.isDirectory()) ? stats : null;
  }
  /** Its entries as they are read, names as bytes: not every name is valid UTF-8. */
  entries(): Promise<Entries> {
    return opendir(this.here, OPTIONS) as Promise<unknown> as Promise<Entries>;
  }

  /** The same to the end, a few at a time. */
  async *batches(size: number): AsyncGenerator<Dirent<Buffer>[]> {
    const entries = await this.entries();
    try {
      for (let batch: Dirent<Buffer>[] = []; ; batch = []) {
        while (batch.length < size) {
          const dirent = await entries.read();
          if (dirent === null) break;
          batch.push(dirent);
        }
        if (batch.length === 0) return;
        yield batch;
      }
    } finally {
      await entries.close();
    }
  }

  /** Gives the work a path to this very file, whatever becomes of its name. Throws `not_found` for all but regular files. */
  async pinned<Result>(name: string, work: (path: string) => Promise<Result>): Promise<Result> {
    if (!BY_DESCRIPTOR) {
      if (!(await lstat(this.path(name))).isFile()) throw notFound();
      return work(this.path(name));
    }
    const pin = await open(this.path(name), O_PATH | O_NOFOLLOW);
    try {
      if (!(await pin.stat()).isFile()) throw notFound();
      return await work(`/proc/self/fd/${pin.fd}`);
    } finally {
      await pin.close();
    }
  }
  /** A regular file, opened as `flags` of open(2) say. */
  file(name: string, flags: number = O_RDONLY): Promise<FileHandle> {
    return this.pinned(name, (path) => open(path, BY_DESCRIPTOR ? flags : flags | O_NOFOLLOW));
  }

  /** Makes its names last through a power failure, where the file system has that. */
  async sync(): Promise<void> {
    const handle = await unless(["EACCES", "EISDIR", "EPERM"], open(this.here, O_RDONLY));
    try {
      if (handle) await unless(["EINVAL", "ENOTSUP", "EPERM"], handle.sync());
    } finally {
      await handle?.close();
    }
  }
  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** Where an account's folder is: one of the operator's folders, or one below it. */
export class Place {
  constructor(
    /** The operator's folder, as the operator wrote it. */
    readonly root: string,
    /** Names from there down to the account's folder. */
    readonly below: readonly string[],
  ) {}

  /** Of a connected account; `forbidden` once the operator no longer names the folder. */
  static of(settings: Settings, folders: readonly string[]): Place {
    const { root, below } = settings;
    if (typeof root !== "string" || typeof below !== "string" || !folders.includes(root))
      throw new ApiError("forbidden", "The operator of this server no longer offers this folder.");
    return new Place(root, namesOf(below));
  }

  /** How the account's folder is called. */
  get name(): string {
    return this.below.at(-1) ?? (basename(this.root) || "/");
  }
  /** The same for all accounts of one folder. */
  get key(): string {
    return [this.root, ...this.below].join("/");
  }

  /** Throws `service_not_available` when the account's own folder is gone, ENOENT or ENOTDIR when one below it is. */
  async open(id: string): Promise<OpenFolder> {
    const names = namesOf(id);
    let folder = await this.#openRoot();
    for (const name of names) folder = await step(folder, () => folder.folder(name));
    return folder;
  }
  async #openRoot(): Promise<OpenFolder> {
    try {
      let folder = await OpenFolder.root(this.root);
      for (const name of this.below) folder = await step(folder, () => folder.folder(name, ROOT));
      return folder;
    } catch (cause) {
      if (codeOf(cause) !== "ENOENT" && codeOf(cause) !== "ENOTDIR") throw cause;
      throw new ApiError("service_not_available", "The folder of this account is not there.", {}, { cause });
    }
  }

  /** Opens a folder for the time of the work. */
  async within<Result>(id: string, work: (folder: OpenFolder) => Promise<Result>): Promise<Result> {
    const folder = await this.open(id);
    try {
      return await work(folder);
    } finally {
      await folder.close();
    }
  }
  /** The same for the folder in which something is to be put: `invalid_parent_folder` when it is none. */
  async withinParent<Result>(id: string, work: (folder: OpenFolder) => Promise<Result>): Promise<Result> {
    const folder = await this.open(id).catch((cause) => {
      throw codeOf(cause) === "ENOTDIR"
        ? new ApiError("invalid_parent_folder", "The parent is not a folder.", {}, { cause })
        : cause;
    });
    try {
      return await work(folder);
    } finally {
      await folder.close();
    }
  }
}

const step = async (from: OpenFolder, next: () => Promise<OpenFolder>): Promise<OpenFolder> => {
  try {
    return await next();
  } finally {
    await from.close();
  }
};
