import type { Stats } from "node:fs";

/** What the file system tells of one entry, as far as we read it. Times are milliseconds since 1970, with fractions. */
export type Facts = Pick<
  Stats,
  "ino" | "mode" | "nlink" | "uid" | "gid" | "size" | "mtimeMs" | "ctimeMs" | "birthtimeMs" | "isFile" | "isDirectory"
>;
