import { ApiError } from "../../../errors.js";
import { type Context, checkName, ROOT } from "../../connector.js";
import type { Place } from "./store.js";

/** What an id names. `account`: the folder of all buckets, of an account that is not confined to one. */
export type Target = { kind: "account" } | ({ kind: "folder" | "file" } & Place);

/** The bucket that the account is confined to: it is the root folder, and ids do not name it. */
export const ownBucket = ({ settings }: Context): string | null =>
  typeof settings.bucket === "string" && settings.bucket !== "" ? settings.bucket : null;

/**
 * `/bucket/Reports/` for a folder, `/bucket/Reports/budget.xlsx` for a file, without the bucket where the account is confined to
 * one: the key as it is, whatever slashes and dots it holds. Only an object that has contents though its key ends with a slash
 * needs a mark of its own, `=`, for the folder of that key has the id already.
 */
export const toId = (context: Context, target: Target): string => {
  if (target.kind === "account") return ROOT;
  const { kind, bucket, key } = target;
  const own = ownBucket(context);
  if (own !== null && kind === "folder" && key === "") return ROOT;
  const id = own === null ? `/${bucket}/${key}` : `/${key}`;
  return kind === "file" && key.endsWith("/") ? `=${id}` : id;
};

/** Throws `not_found` for what is no id of ours. */
export const targetOf = (context: Context, id: string): Target => {
  const own = ownBucket(context);
  if (id === ROOT || id === "/") return own === null ? { kind: "account" } : { kind: "folder", bucket: own, key: "" };
  const [, mark, path] = /^(=?)\/(.*)$/s.exec(id) ?? [];
  if (path === undefined || !path.isWellFormed()) throw notFound();
  const slash = own === null ? path.indexOf("/") : -1;
  const bucket = own ?? path.slice(0, Math.max(slash, 0));
  if (own === null && !BUCKET.test(bucket)) throw notFound();
  const key = own === null ? path.slice(slash + 1) : path;
  if (Buffer.byteLength(key) > LONGEST) throw notFound();
  const isFolder = (key === "" || key.endsWith("/")) && mark === "";
  if (mark === "=" && !key.endsWith("/")) throw notFound();
  return { kind: isFolder ? "folder" : "file", bucket, key };
};

/** The name that writers take turns at. */
export const turnOf = ({ bucket, key }: Place): readonly string[] => [bucket, key];

/** What any service may call a bucket (`$web` is Azure's); nothing that means something in a host or a path. */
const BUCKET = /^[$A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
/** Bytes of a key that may be asked for: no service takes more. */
const LONGEST = 2048;

/** As `targetOf`, of something within a bucket. Throws `bad_request` for buckets and for the root. */
export const insideOf = (context: Context, id: string): { kind: "folder" | "file" } & Place => {
  const target = targetOf(context, id);
  if (target.kind === "account" || (target.key === "" && ownBucket(context) !== null))
    throw new ApiError("bad_request", "The root folder cannot be renamed, moved, copied or deleted.");
  return target;
};

/** The folder that something lies in, and its name there. A name that is empty, as in `a//b`, is told as a slash. */
export const partsOf = (
  context: Context,
  target: Exclude<Target, { kind: "account" }>,
): { parent: Target | null; name: string } => {
  const { kind, bucket, key } = target;
  if (key === "") {
    const own = ownBucket(context);
    return own === null ? { parent: { kind: "account" }, name: bucket } : { parent: null, name: bucket };
  }
  const whole = kind === "folder" ? key.slice(0, -1) : key;
  const start = whole.lastIndexOf("/") + 1;
  return { parent: { kind: "folder", bucket, key: whole.slice(0, start) }, name: whole.slice(start) || "/" };
};

/** A path as people read it. */
export const pathOf = (context: Context, target: Target): string => {
  if (target.kind === "account") return "/";
  const { kind, bucket, key } = target;
  const path = ownBucket(context) === null ? `/${bucket}/${key}` : `/${key}`;
  return kind === "folder" && path !== "/" ? path.slice(0, -1) : path;
};

/** Throws `invalid_parameters` for a name that nothing new may have. */
export const checkNewName = (name: string, refused: readonly string[]): string => {
  checkName(name);
  if (refused.some((sign) => name.includes(sign))) throw invalid("The name has a character that the service refuses.");
  if (!name.isWellFormed()) throw invalid("A name must be valid Unicode.");
  return name;
};

export const invalid = (message: string) => new ApiError("invalid_parameters", message);
export const notFound = () => new ApiError("not_found", "There is no such file or folder.");
