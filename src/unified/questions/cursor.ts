import { hash } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { ApiError } from "../../errors.js";
import { PRINT } from "./resume.js";
import { compare, type Mark, type Position, type Progress } from "./source.js";

/** Sources of one question at most. */
export const SOURCES = 1000;

/** First byte of a cursor: its format. */
const PLAIN = 1;
const DEFLATED = 2;
/** Bytes of JSON from which deflating pays. */
const SMALL = 300;
const LONGEST = 2 ** 20; // characters
const LARGEST = 2 ** 22; // bytes once inflated

/** How far a question has been told: its `high`, and each source by its key. */
export interface Reached {
  /** The furthest position told. A source that joins later begins behind it. */
  readonly high: Position | null;
  readonly sources: ReadonlyMap<string, Progress>;
}

/** `key` alone: told to its end. Else the page to read again, the tail, how much of it was told, a floor other than `high`. */
type Written =
  | string
  | [key: string, cursor: string | null]
  | [key: string, cursor: string | null, tail: string, told: number]
  | [key: string, cursor: string | null, tail: string, told: number, floor: Position | 0];

/** base64url of a format byte and JSON `[question, high, sources]`. Opaque, but no secret and no proof: it opens nothing. */
export const write = (question: string, { high, sources }: Reached): string => {
  const written = [...sources].map(([key, progress]) => writeSource(key, progress, high));
  const json = Buffer.from(JSON.stringify([fingerprint(question), high ?? 0, written]));
  const bytes = json.length < SMALL ? [Buffer.of(PLAIN), json] : [Buffer.of(DEFLATED), deflateSync(json)];
  return Buffer.concat(bytes).toString("base64url");
};

/** Throws `invalid_parameters` for anything but a cursor of this question. */
export const read = (question: string, cursor: string): Reached => {
  const value = parse(cursor);
  if (!Array.isArray(value) || value.length !== 3 || value[0] !== fingerprint(question)) throw foreign();
  const [, far, written] = value as unknown[];
  const high = far === 0 ? null : toPosition(far);
  if (!Array.isArray(written) || written.length > SOURCES) throw foreign();
  const sources = new Map(written.map((one: unknown) => readSource(one, high)));
  if (sources.size < written.length) throw foreign();
  return { high, sources };
};

const writeSource = (key: string, { cursor, ended, mark }: Progress, high: Position | null): Written => {
  if (ended) return key;
  const { floor, tail, told } = mark;
  const usual = floor === high || (floor !== null && high !== null && compare(floor, high) === 0);
  if (!usual) return [key, cursor, tail.join(""), told, floor ?? 0];
  return tail.length > 0 ? [key, cursor, tail.join(""), told] : [key, cursor];
};

const readSource = (written: unknown, high: Position | null): [key: string, Progress] => {
  if (typeof written === "string") return [written, { cursor: null, ended: true, mark: markOf(high) }];
  if (!Array.isArray(written) || ![2, 4, 5].includes(written.length)) throw foreign();
  const [key, cursor, tail = "", told = 0, floor] = written as unknown[];
  if (typeof key !== "string" || !(cursor === null || typeof cursor === "string")) throw foreign();
  if (typeof tail !== "string" || !/^[\w-]*$/.test(tail) || tail.length % PRINT > 0) throw foreign();
  if (!Number.isInteger(told) || (told as number) < 0) throw foreign();
  const prints = tail.match(/.{8}/g) ?? [];
  const stands = floor === undefined ? high : floor === 0 ? null : toPosition(floor);
  return [key, { cursor, ended: false, mark: { floor: stands, tail: prints, told: told as number } }];
};

const markOf = (floor: Position | null): Mark => ({ floor, tail: [], told: 0 });

/** JSON knows no infinity: null is the place of those without a time. */
const toPosition = (value: unknown): Position => {
  if (!Array.isArray(value) || value.length !== 4) throw foreign();
  const [at, number, id, key] = value as unknown[];
  if (!(at === null || typeof at === "number") || typeof number !== "number") throw foreign();
  if (typeof id !== "string" || typeof key !== "string") throw foreign();
  return [at ?? Number.POSITIVE_INFINITY, number, id, key];
};

const parse = (cursor: string): unknown => {
  const bytes = Buffer.from(cursor.length > LONGEST ? "" : cursor, "base64url");
  // Decoding passes over what is no base64url.
  if (bytes.length < 2 || bytes.toString("base64url") !== cursor) throw foreign();
  try {
    const body = bytes.subarray(1);
    if (bytes[0] === PLAIN) return JSON.parse(body.toString());
    if (bytes[0] !== DEFLATED) throw foreign();
    const { buffer, engine } = inflateSync(body, { maxOutputLength: LARGEST, info: true }) as unknown as Inflated;
    if (engine.bytesWritten !== body.length) throw foreign();
    return JSON.parse(buffer.toString());
  } catch {
    throw foreign();
  }
};

/** What zlib gives with `info`; Node's types know only the buffer. */
interface Inflated {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

const fingerprint = (question: string): string => hash("sha256", question, "base64url").slice(0, 8);

const foreign = () => new ApiError("invalid_parameters", "`after` is not a cursor of this list.");
