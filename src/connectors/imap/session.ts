import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type {
  FetchMessageObject,
  FetchOptions,
  FetchQueryObject,
  ImapFlow,
  ImapFlowError,
  ListResponse,
  MailboxObject,
  StatusQuery,
} from "imapflow";
import { encodePath, enhanceCommandError } from "imapflow/lib/tools.js";
import { ApiError } from "../../errors.js";
import { explain, isRefusal, notFound } from "./errors.js";
import { toSet } from "./ids.js";

/** A word of a command. A literal may hold any bytes, a string those of ASCII. */
export type Token =
  | { type: "ATOM" | "STRING" | "TEXT" | "SEQUENCE"; value: string }
  | { type: "LITERAL"; value: Buffer }
  | readonly Token[];
export const atom = (value: string): Token => ({ type: "ATOM", value });

/** An answer as imapflow's parser gives it; of SEARCH it gives the numbers alone. */
interface Answer {
  attributes?: readonly { value?: unknown; section?: readonly ({ value?: unknown } | null)[] }[];
  numbers?: readonly number[];
}

/**
 * What imapflow does not declare of itself: by `exec` it runs its own commands, and those that it has no method for. The version is
 * pinned, and every list of mails fails if this changes.
 */
interface Undeclared {
  exec(
    command: string,
    attributes: readonly Token[],
    options: { untagged?: Record<string, (answer: Answer) => Promise<void>>; onPlusTag?: () => Promise<void> },
  ): Promise<{ response: Answer; next(): void }>;
}

/** One folder that is open. */
export interface Box {
  folder: string;
  uidValidity: string;
  uidNext: number;
  highestModseq: bigint | null;
}

/** One connection that is logged in, with one folder open at a time. */
export class Session {
  /** Told whenever something came, while somebody waits for it. */
  moved: () => void = () => undefined;
  #left: Promise<void> = Promise.resolve();

  constructor(
    readonly client: ImapFlow,
    private readonly socket: Socket,
  ) {}

  get isOpen(): boolean {
    return this.client.usable;
  }
  can(extension: string): boolean {
    return this.client.capabilities.has(extension);
  }

  async check(): Promise<void> {
    await this.#run("NOOP", []);
  }

  /** All folders. They are counted as they are now, but for the one that is open. */
  async folders(statusQuery?: StatusQuery): Promise<ListResponse[]> {
    await this.#left;
    const folders = await this.client.list(statusQuery ? { statusQuery } : {});
    return folders.filter(({ flags }) => !flags.has("\\NonExistent"));
  }

  /**
   * Closes the folder that is open: servers count an open one as it was, and leave when it is deleted or gets another name. Nobody but
   * the next to open one has to wait for it.
   */
  leave(): void {
    this.moved = () => undefined;
    this.#left = this.#leave();
  }

  /** CLOSE removes what is marked as deleted, but not from a folder that was opened to be read. */
  async #leave(): Promise<void> {
    const { client } = this;
    if (!client.mailbox) return;
    try {
      if (!client.mailbox.readOnly) await client.mailboxOpen(client.mailbox.path, { readOnly: true });
      await client.mailboxClose();
    } catch {
      // It is not there any more, or the connection is not.
    }
  }

  /** Opens a folder as it is now. Throws `not_found` where there is none, or none any more under this UIDVALIDITY. */
  async open(
    folder: string,
    { uidValidity, writes = false }: { uidValidity?: string; writes?: boolean } = {},
  ): Promise<Box> {
    await this.#left;
    let opened: MailboxObject;
    try {
      opened = await this.client.mailboxOpen(folder, { readOnly: !writes });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const told = explain(error);
      throw told instanceof ApiError && told.code === "request_failed" ? notFound() : told;
    }
    if (writes && opened.readOnly) throw new ApiError("permission_denied", "The folder can only be read.");
    const box = {
      folder: opened.path,
      uidValidity: String(opened.uidValidity),
      uidNext: opened.uidNext ?? 0,
      highestModseq: opened.highestModseq ?? null,
    };
    if (uidValidity !== undefined && uidValidity !== box.uidValidity) throw notFound();
    return box;
  }

  /** The same again, where another has been opened meanwhile. */
  async reopen({ folder, uidValidity }: Box): Promise<void> {
    const { mailbox } = this.client;
    if (!mailbox || mailbox.path !== folder) await this.open(folder, { uidValidity });
  }

  /** UIDs in the open folder, ascending. */
  async search(criteria: readonly Token[]): Promise<number[]> {
    const charset = isPlain(criteria) ? [] : [atom("CHARSET"), atom("UTF-8")];
    const found = await this.#numbers("UID SEARCH", "SEARCH", [...charset, ...criteria]);
    return found.sort((one, other) => one - other);
  }

  /** UIDs in the open folder, by the dates that mails bear, newest first; of those of one date the oldest UID first. */
  sort(criteria: readonly Token[]): Promise<number[]> {
    return this.#numbers("UID SORT", "SORT", [[atom("REVERSE"), atom("DATE")], atom("UTF-8"), ...criteria]);
  }

  async #numbers(command: string, answer: string, attributes: readonly Token[]): Promise<number[]> {
    const found: number[] = [];
    const collect = async ({ numbers, attributes = [] }: Answer): Promise<void> => {
      for (const number of numbers ?? attributes.map((one) => Number(one?.value))) if (number > 0) found.push(number);
    };
    await this.#run(command, attributes, { untagged: { [answer]: collect } });
    return found;
  }

  /** Mails of the open folder; those that are not there are left out. */
  async fetch(
    uids: readonly number[],
    query: FetchQueryObject,
    options: FetchOptions = {},
  ): Promise<FetchMessageObject[]> {
    if (uids.length === 0) return [];
    const asked = new Set(uids);
    const found: FetchMessageObject[] = [];
    for await (const one of this.client.fetch(toSet(uids), query, { ...options, uid: true })) {
      this.moved();
      // A server tells in between what others have marked meanwhile (RFC 9051, 7.5.2).
      if (asked.has(one.uid) && !isGone(one)) found.push(one);
    }
    return found;
  }

  /** Adds marks to a mail of the open folder, or takes them away. */
  async mark(uid: number, how: "+" | "-", flags: readonly string[]): Promise<void> {
    const set: Token = { type: "SEQUENCE", value: String(uid) };
    await this.#run("UID STORE", [set, atom(`${how}FLAGS.SILENT`), flags.map(atom)]);
  }

  /** Removes a mail of the open folder for good, and no other that is marked for that. */
  async expunge(uid: number): Promise<void> {
    this.#needs("UIDPLUS");
    await this.mark(uid, "+", ["\\Deleted"]);
    await this.#run("UID EXPUNGE", [{ type: "SEQUENCE", value: String(uid) }]);
  }

  /** Gives the name that a mail has in the other folder. */
  async move(uid: number, folder: string): Promise<{ uidValidity: string; uid: number }> {
    this.#needs("UIDPLUS");
    const moved = await this.client.messageMove(String(uid), folder, { uid: true });
    if (!moved) throw new ApiError("request_failed", "The server did not move the mail.");
    const found = moved.uidMap?.get(uid);
    if (found === undefined || moved.uidValidity === undefined) throw notFound();
    return { uid: found, uidValidity: String(moved.uidValidity) };
  }

  #needs(extension: string): void {
    if (!this.can(extension))
      throw new ApiError("not_implemented", `The server cannot do that to one mail alone (${extension}).`);
  }

  /** Files a mail of so many bytes. Null where the server does not say under which name. */
  async append(
    folder: string,
    flags: readonly string[],
    size: number,
    content: Readable,
  ): Promise<{ uidValidity: string; uid: number } | null> {
    const { client, socket } = this;
    let failure: unknown;
    const onPlusTag = async (): Promise<void> => {
      try {
        await pipeline(content, socket, { end: false });
        socket.write("\r\n");
      } catch (error) {
        failure = error;
        socket.destroy(); // the server waits for bytes that will not come
      }
    };
    const path: Token = { type: "STRING", value: encodePath(client, folder) };
    try {
      const { attributes } = await this.#run("APPEND", [path, flags.map(atom), { type: "TEXT", value: `{${size}}` }], {
        onPlusTag,
      });
      const [code, uidValidity, uid] = (attributes?.[0]?.section ?? []).map((word) => String(word?.value));
      return code === "APPENDUID" && uidValidity ? { uidValidity, uid: Number(uid) } : null;
    } catch (error) {
      throw failure ?? error;
    } finally {
      content.destroy();
    }
  }

  async #run(
    command: string,
    attributes: readonly Token[],
    options: Parameters<Undeclared["exec"]>[2] = {},
  ): Promise<Answer> {
    try {
      const { response, next } = await (this.client as unknown as Undeclared).exec(command, attributes, options);
      next();
      return response;
    } catch (error) {
      throw await enhanceCommandError(error as ImapFlowError);
    }
  }
}

/** Of a mail that was deleted since the folder was opened a server may say NIL, which imapflow gives as `false` in place of bytes. */
const isGone = ({ headers, bodyParts }: FetchMessageObject): boolean =>
  [headers ?? [], ...(bodyParts?.values() ?? [])].some((bytes) => (bytes as unknown) === false);

const isPlain = (criteria: readonly Token[]): boolean =>
  criteria.every((token) => ("type" in token ? token.type !== "LITERAL" : isPlain(token)));
