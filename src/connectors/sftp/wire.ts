import type { Stats } from "ssh2";
import type { Entry } from "../families/paths/cursors.js";

/** What the protocol says of a file (draft-ietf-secsh-filexfer-02, 5): all of it may be missing. */
export type Facts = Partial<Pick<Stats, "mode" | "size" | "uid" | "gid" | "atime" | "mtime">>;

/** One file or folder. */
export interface Resource extends Entry {
  facts: Facts;
}

const FORMAT = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;

/** Links, pipes and devices are neither, and so is what the server says nothing of. */
export const isFolder = ({ mode = 0 }: Facts): boolean => (mode & FORMAT) === FOLDER;
export const isFile = ({ mode = 0 }: Facts): boolean => (mode & FORMAT) === FILE;

/** Reply of `statvfs@openssh.com` (OpenSSH, PROTOCOL, 4.4): blocks of `f_frsize` bytes. */
export interface FileSystem {
  f_frsize: number;
  f_blocks: number;
  f_bfree: number;
}

/** Status codes (draft-ietf-secsh-filexfer-02, 7). */
export const STATUS = {
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

/**
 * Bytes of one READ or WRITE that every server takes. Of more than the server's limit ssh2 sends the rest when the first part has been
 * answered: behind what follows, where a server that writes to a stream does not expect it.
 */
export const CHUNK = 31 << 10;
/** The same where the server has told its limits (OpenSSH, PROTOCOL, 4.8), if they are no less. */
export const LONG_CHUNK = 255 << 10;

/** Bytes that are under way at once: as many as the window of a channel lets through; and requests. */
const BYTES_AHEAD = 2 << 20;
const REQUESTS_AHEAD = 48;

/** READs or WRITEs of so many bytes that wait for their answer, or their answers for the reader. */
export const ahead = (length: number): number =>
  Math.max(1, Math.min(REQUESTS_AHEAD, Math.floor(BYTES_AHEAD / length)));
