import { FileType, parseList } from "basic-ftp";

/** One line of a listing. */
export interface Line {
  /** As it came, a byte in each character. */
  wire: string;
  /** Null where it is no UTF-8. */
  name: string | null;
  /** `other`: links, devices and what the server has no word for. */
  type: "file" | "folder" | "other";
  size: number | null;
  /** ISO 8601, where the server tells it with its zone. */
  modified: string | null;
  /** For `raw`: facts as the server names them, or the whole line. */
  words: Record<string, string>;
}

/** Text as bytes, a byte in each character: commands and names go so, whatever their bytes mean. */
export const toWire = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Null for bytes that are no UTF-8. */
export const fromWire = (bytes: string): string | null => {
  try {
    return decoder.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return null;
  }
};
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `type=file;size=5;modify=20261125220257; name` (RFC 3659, 7.2). Null for the folder itself, the one above and what is none. */
export const readFacts = (line: string): Line | null => {
  const space = line.indexOf(" ");
  const wire = line.slice(space + 1);
  if (space < 0 || wire === "") return null;
  const words: Record<string, string> = {};
  for (const fact of line.slice(0, space).split(";")) {
    const equals = fact.indexOf("=");
    if (equals > 0) words[fact.slice(0, equals).toLowerCase()] = fact.slice(equals + 1);
  }
  const type = words.type?.toLowerCase() ?? "";
  if (type === "cdir" || type === "pdir") return null;
  return {
    wire,
    name: fromWire(wire),
    type: type === "file" ? "file" : type === "dir" ? "folder" : "other",
    size: toSize(words.size),
    modified: toTime(words.modify),
    words,
  };
};

/**
 * A line of LIST as Unix or DOS write it, through basic-ftp; null for what neither writes. Its time has no zone, and often no year:
 * it is not told.
 */
export const readLine = (line: string): Line | null => {
  if (line.trim() === "" || /^total \d/.test(line)) return null;
  try {
    const [info] = parseList(line);
    if (!info) return null;
    const type = info.type === FileType.File ? "file" : info.type === FileType.Directory ? "folder" : "other";
    return {
      wire: info.name,
      name: fromWire(info.name),
      type,
      size: type === "file" ? toSize(String(info.size)) : null,
      modified: null,
      words: { line: fromWire(line) ?? line },
    };
  } catch {
    return null;
  }
};

export const toSize = (text: string | undefined): number | null => {
  const size = text && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
};

/** `20261125220257.123`, in UTC (RFC 3659, 2.3). */
export const toTime = (text: string | undefined): string | null => {
  const [, year, month, day, hour, minute, second, fraction = "0"] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d+))?/.exec(text ?? "") ?? [];
  if (year === undefined) return null;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${`${fraction}00`.slice(0, 3)}Z`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
};

/** `257 "/srv/""x""" is the current directory.`: a quotation mark in the path is doubled (RFC 959, Appendix II). */
export const readFolder = (reply: string): string | null => {
  const [, quoted] = /"((?:[^"]|"")*)"/.exec(reply) ?? [];
  return quoted === undefined ? null : fromWire(quoted.replaceAll('""', '"'));
};

/** The port of `229 Entering Extended Passive Mode (|||6446|)` (RFC 2428, 3) or `227 … (192,168,1,100,10,229)`. */
export const readPort = (reply: string): number | null => {
  const [, extended] = /\((.)\1\1(\d{1,5})\1\)/.exec(reply) ? [null, /(\d{1,5}).\)/.exec(reply)?.[1]] : [];
  if (extended !== undefined) return Number(extended);
  const [, high, low] = /(?<![\d,])\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})(?![\d,])/.exec(reply) ?? [];
  return high === undefined || low === undefined ? null : (Number(high) & 255) * 256 + (Number(low) & 255);
};
