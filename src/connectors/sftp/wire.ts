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
 * Bytes of one READ or WRITE. Every server takes so many. Of more than 31,952 ssh2 sends the rest when the first part has been
 * answered, to any server but OpenSSH: behind what follows, where a server that writes to a stream does not expect it.
 */
export const CHUNK = 31 << 10;
