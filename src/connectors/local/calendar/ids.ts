import { createHash } from "node:crypto";
import { ApiError } from "../../../errors.js";

/** An event by the file that it lies in, its UID, and the start that its series gave to it when it is an instance. */
export interface EventName {
  file: string;
  /** `uidKey` of its UID. */
  uid: string;
  /** ISO 8601. */
  instance: string | null;
}

const LONGEST_UID = 200; // characters that an id has room for

export const uidKey = (uid: string): string =>
  uid.length <= LONGEST_UID ? uid : `sha256:${createHash("sha256").update(uid).digest("hex")}`;

/** As JSON: a path and a UID may hold any character. */
export const toNative = ({ file, uid, instance }: EventName): string =>
  JSON.stringify(instance === null ? [file, uid] : [file, uid, instance]);

export const fromNative = (native: string): EventName => {
  let parts: unknown;
  try {
    parts = JSON.parse(native);
  } catch {}
  const fits = Array.isArray(parts) && (parts.length === 2 || parts.length === 3);
  if (!fits || !(parts as unknown[]).every((part) => typeof part === "string")) throw noEvent();
  const [file, uid, instance = null] = parts as [string, string, string?];
  if (instance !== null && Number.isNaN(Date.parse(instance))) throw noEvent();
  return { file, uid, instance };
};

export const noEvent = () => new ApiError("not_found", "There is no such event.");
