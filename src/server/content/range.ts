import type { ByteRange } from "../../connectors/connector.js";

/**
 * One byte range of a file. Null: none, or one that we do not honour (several ranges, another unit), so the whole file is
 * the answer. Source: RFC 9110, 14.1.2.
 */
export const parseRange = (header: string | undefined, size: number | null): ByteRange | null | "unsatisfiable" => {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return null;
  if (from === "") {
    const length = Number(to);
    if (size === null) return null;
    if (length === 0 || size === 0) return "unsatisfiable";
    return { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(from);
  if (to !== "" && Number(to) < start) return null;
  if (size !== null && start >= size) return "unsatisfiable";
  if (to === "") return size === null ? { start } : { start, end: size - 1 };
  return { start, end: size === null ? Number(to) : Math.min(Number(to), size - 1) };
};
