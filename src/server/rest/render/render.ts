import type { Raw } from "../../../../schema/common/raw.js";
import type { Resource } from "../../../../schema/common/resource.js";
import { Ref } from "../../../ids.js";
import type { ConnectedAccount } from "../../../unified/account.js";
import { EXCEPTIONS, type Exception } from "./exceptions.js";
import { idOf } from "./idOf.js";

/** How a request wants objects to look. */
export interface Look {
  /** `https://api.example.com` */
  base: string;
  raw: boolean;
}

/**
 * A unified object as the reference spells it: the very attributes, in snake case, but for what `EXCEPTIONS` names. What the service
 * does not say is null, never absent.
 */
export const render = (object: Resource, look: Look): Record<string, unknown> => {
  const exception = exceptionOf(object);
  const { id, api, type, raw, ...attributes } = object;
  const rendered: Record<string, unknown> = { id: String(id) };
  for (const [name, value] of Object.entries(attributes)) {
    const renamed = exception?.names?.[name as never];
    if (renamed === null) continue;
    rendered[renamed ?? snake(name)] = exception?.lower?.includes(name as never)
      ? lower(value)
      : renderValue(value, look);
  }
  const account = id.scope as ConnectedAccount;
  for (const [name, { of }] of Object.entries(exception?.more ?? {})) rendered[name] = of(object, account);
  rendered.type = type;
  rendered.api = api;
  const href = hrefOf(object, look.base);
  if (href !== null) rendered.href = href;
  if (raw && (look.raw || exception?.raw)) Object.assign(rendered, renderRaw(raw, id, look));
  return rendered;
};

/** Where an object can be fetched; null for what has no address of its own. */
export const hrefOf = (object: Resource, base: string): string | null => {
  const path = exceptionOf(object)?.path?.(object as never);
  return path === undefined ? null : `${base}/v1/accounts/${object.id.scope.account}/${path}`;
};

const exceptionOf = ({ api, type }: Resource): Exception<Resource> | undefined =>
  EXCEPTIONS[`${api}.${type}` as keyof typeof EXCEPTIONS] as Exception<Resource> | undefined;

/** The id is whole, so that `encode_raw_id` gives the object's own; `raw_id` is its older name. Source: the unified API, "Raw data in and out". */
const renderRaw = ({ type, object }: Raw, { native }: Ref, { raw }: Look) => ({
  ...(raw ? { raw_id: native } : {}),
  raw: { id: native, ...(type === null ? {} : { type }), object },
});

const renderValue = (value: unknown, look: Look): unknown => {
  if (value === undefined || value === null) return null;
  if (value instanceof Ref) return idOf(value);
  if (Array.isArray(value)) return value.map((one) => renderValue(one, look));
  if (typeof value !== "object") return value;
  if ("api" in value && "type" in value && "id" in value) return render(value as Resource, look);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [snake(name), renderValue(one, look)]));
};

const known = new Map<string, string>();
/** `mimeType` → `mime_type` */
export const snake = (name: string): string => {
  let spelt = known.get(name);
  if (spelt === undefined) {
    spelt = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    known.set(name, spelt);
  }
  return spelt;
};

const lower = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : (value ?? null));
