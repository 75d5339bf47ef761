import type { IncomingMessage } from "node:http";
import { ApiError } from "../errors.js";

/** Bytes of a body, and levels of JSON in it. */
export const BODY_BYTES = 2 ** 20;
export const JSON_DEPTH = 64;

/** The parsed JSON of a request; undefined when its content type says that it is none. Throws `ApiError`. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = request.headers;
  if (!/^application\/(?:[\w.-]+\+)?json(?:\s*;|\s*$)/i.test(type)) return undefined;
  if (encoding !== "identity") throw new ApiError("bad_request", "Send the body without content encoding.");
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1];
  if (charset && !/^utf-?8$/i.test(charset)) throw new ApiError("bad_request", "Send the body in UTF-8.");
  return parseJson(await readBody(request));
};

/** Throws `bad_request` for what is no JSON, is too deep, or names `__proto__`. */
export const parseJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError("bad_request", "The body is not valid JSON.");
  }
  checkJson(value, JSON_DEPTH);
  return value;
};

/** Values that would do harm once merged or walked: too deep, or with keys that reach a prototype. */
export const checkJson = (value: unknown, levels: number): void => {
  if (typeof value !== "object" || value === null) return;
  if (levels === 0) throw new ApiError("bad_request", `JSON may nest ${JSON_DEPTH} levels at most.`);
  if (Array.isArray(value)) {
    for (const item of value) checkJson(item, levels - 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (
      key === "__proto__" ||
      (key === "constructor" && Object(item) === item && Object.hasOwn(item as object, "prototype"))
    )
      throw new ApiError("bad_request", `The key ${key} is not allowed.`);
    checkJson(item, levels - 1);
  }
};

/** A whole body as text. Throws `entity_too_large`, and `timed_out` when the client leaves before its end. */
export const readBody = async (request: IncomingMessage, most = BODY_BYTES): Promise<string> => {
  const tooLarge = () => new ApiError("entity_too_large", `A body may have ${most} bytes at most.`);
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else {
        request.pause();
        reject(tooLarge());
      }
    });
    request.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.once("error", reject);
    request.once("close", () => {
      if (!request.complete) reject(new ApiError("timed_out", "The request ended early."));
    });
  });
};
