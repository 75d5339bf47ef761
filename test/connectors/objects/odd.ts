/** Keys that are no paths: what a service keeps, we must list once, find and read. */
export const ODD_KEYS = [
  "a",
  "a/b",
  "a//b",
  "a///",
  "/leading",
  "//twice",
  "marked/",
  "both",
  "both/",
  "both/inner",
  "full/",
  "only/implied/folders/file.txt",
  "dots/./here",
  "dots/../there",
  "dots/...",
  "../above",
  "./same",
  "space and+plus%25 é",
  " led by a space",
  "trailed by one ",
  "R&D <1>.txt",
  "quotes'\"",
  "~!*'();:@$,[]{}|^`",
  "question?mark#hash",
  "👩‍👩‍👧/🇪🇺",
  "e\u0301/é",
] as const;

/** XML cannot say them as they are. */
export const UNSAYABLE_KEYS = ["tab\there", "new\nline", "carriage\rreturn", "control\u0001", "delete\u007f"] as const;

/** Keys that end with a slash and hold something all the same: the others that end so stand for folders. */
export const FULL_KEYS: readonly string[] = ["full/", "a///"];

/** What a test puts under a key. */
export const contentsOf = (key: string): string =>
  key.endsWith("/") && !FULL_KEYS.includes(key) ? "" : `contents of ${key}`;
