import type { Api } from "../../ids.js";
import type { ConnectedAccount } from "../../unified/account.js";

/** How a body of the reference's becomes a connector's draft. */
export interface Drafting {
  /** The draft's name of an attribute, where it is not the same in camel case: `{ account: "company" }`. */
  names?: Readonly<Record<string, string>>;
  /** Attributes that name other objects, and what they may name: `{ owner: "crm.user" }`. */
  references?: Readonly<Record<string, `${Api}.${string}`>>;
}

/** What a checked body says, with other objects' ids as the service knows them. Null clears; what is absent stays. */
export const toDraft = <Draft extends object>(
  account: ConnectedAccount,
  body: Readonly<Record<string, unknown>>,
  { names = {}, references = {} }: Drafting = {},
): Draft => {
  const draft: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    if (name === "raw") {
      if (value !== null) draft.raw = (value as { object: object }).object;
      continue;
    }
    const of = references[name];
    draft[names[name] ?? camel(name)] = of === undefined || value === null ? value : nativeOf(account, value, of);
  }
  return draft as Draft;
};

const nativeOf = (account: ConnectedAccount, id: unknown, of: `${Api}.${string}`): unknown => {
  if (Array.isArray(id)) return id.map((one) => nativeOf(account, one, of));
  const [api, ...types] = of.split(".") as [Api, string];
  return account.own(String(id), api, types).native;
};

/** `mime_type` → `mimeType` */
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
