import type ssh2 from "ssh2";
import type { FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import { Broken } from "../../errors.js";
import { CHUNK, type FileSystem, LONG_CHUNK } from "./wire.js";

type Done<Value> = (error: Error | undefined | null, value?: Value) => void;

/** What ssh2 does not declare: extensions that the server has told of, and its limits. The version is pinned. */
interface Undeclared {
  _extensions?: object;
  _maxReadLen?: number;
  _maxWriteLen?: number;
}

/**
 * One SFTP channel with promises. Requests may be sent without waiting for the answers of others: the server does them in their
 * order. A refusal is ssh2's error with its numeric `code`.
 */
export class Session {
  #isOpen = true;

  constructor(
    readonly client: ssh2.Client,
    private readonly channel: SFTPWrapper,
    /** As the server has shown it: `ssh-ed25519 SHA256:…`. */
    readonly hostKey: string,
  ) {
    const end = () => {
      this.#isOpen = false;
    };
    client.on("close", end).on("end", end).on("error", end);
    channel.on("close", end).on("end", end).on("error", end);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Extensions of OpenSSH and others that the server has told of. */
  has(extension: string): boolean {
    return Object.hasOwn(this.#undeclared._extensions ?? {}, extension);
  }

  /** Bytes of one READ, and of one WRITE. */
  get readLength(): number {
    return this.#lengthWithin(this.#undeclared._maxReadLen);
  }
  get writeLength(): number {
    return this.#lengthWithin(this.#undeclared._maxWriteLen);
  }

  #lengthWithin(limit = 0): number {
    return this.has("limits@openssh.com") ? Math.max(1, Math.min(LONG_CHUNK, limit)) : CHUNK;
  }

  get #undeclared(): Undeclared {
    return this.channel as unknown as Undeclared;
  }

  realpath(path: string): Promise<string> {
    return this.#ask((done) => this.channel.realpath(path, done));
  }
  /** Follows links. */
  stat(path: string): Promise<Stats> {
    return this.#ask((done) => this.channel.stat(path, done));
  }
  lstat(path: string): Promise<Stats> {
    return this.#ask((done) => this.channel.lstat(path, done));
  }
  opendir(path: string): Promise<Buffer> {
    return this.#ask((done) => this.channel.opendir(path, done));
  }
  /** Some hundred entries; none when there are no more. */
  readdir(folder: Buffer): Promise<FileEntryWithStats[]> {
    return this.#ask<FileEntryWithStats[]>((done) => this.channel.readdir(folder, done)).catch((error) => {
      if ((error as { code?: unknown }).code === 1) return []; // the end
      throw error;
    });
  }
  open(path: string, flags: "r" | "wx"): Promise<Buffer> {
    return this.#ask((done) => this.channel.open(path, flags, done));
  }
  fstat(file: Buffer): Promise<Stats> {
    return this.#ask((done) => this.channel.fstat(file, done));
  }
  /** How many bytes came: fewer than asked for are no end, none are. */
  read(file: Buffer, into: Buffer, start: number, length: number, position: number): Promise<number> {
    return this.#ask((done) =>
      this.channel.read(file, into, start, length, position, (error, count) => done(error, count)),
    );
  }
  write(file: Buffer, bytes: Buffer, position: number): Promise<void> {
    return this.#ask((done) => this.channel.write(file, bytes, 0, bytes.length, position, (error) => done(error)));
  }
  close(handle: Buffer): Promise<void> {
    return this.#ask((done) => this.channel.close(handle, done));
  }
  unlink(path: string): Promise<void> {
    return this.#ask((done) => this.channel.unlink(path, done));
  }
  mkdir(path: string): Promise<void> {
    return this.#ask((done) => this.channel.mkdir(path, done));
  }
  rmdir(path: string): Promise<void> {
    return this.#ask((done) => this.channel.rmdir(path, done));
  }
  /** OpenSSH refuses a name that is taken; others may overwrite what has it. */
  rename(from: string, to: string): Promise<void> {
    return this.#ask((done) => this.channel.rename(from, to, done));
  }
  /** `posix-rename@openssh.com`: takes the place of a file in one step. */
  renameOver(from: string, to: string): Promise<void> {
    return this.#ask((done) => this.channel.ext_openssh_rename(from, to, done));
  }
  /** `copy-data` (draft-ietf-secsh-filexfer-extensions-00, 7): within the server. */
  copyData(from: Buffer, to: Buffer, position: number, length: number): Promise<void> {
    return this.#ask((done) => this.channel.ext_copy_data(from, position, length, to, position, done));
  }
  statvfs(path: string): Promise<FileSystem> {
    return this.#ask((done) => this.channel.ext_openssh_statvfs(path, done));
  }

  /** ssh2 forgets requests on a channel that has been closed: they must not be sent. */
  #ask<Value = void>(send: (done: Done<Value>) => void): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) throw new Broken("The connection to the server broke.");
      send((error, value) => (error ? reject(error) : resolve(value as Value)));
    });
  }
}
