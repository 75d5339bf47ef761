import type { Api, Ref } from "../../ids.js";
import type { Connections } from "../../upstream/transports/transport.js";
import type { Upstream } from "../../upstream/upstream.js";

/** What a connection needs beside its credential; not secret, kept with the account as JSON. */
export type Settings = Readonly<Record<string, string | number | boolean | null>>;

/** What one operation is given. */
export interface Context {
  readonly settings: Settings;
  readonly upstream: Upstream;
  /** In place of `upstream` for protocols other than HTTP: connections that are logged in, lent for a while. */
  readonly connections: Connections;
  /** Fires when the caller has gone or the time is up. */
  readonly signal: AbortSignal;
  /** Acting as this user of the account's organisation. */
  readonly user?: string | undefined;
  /** The caller selected `raw`: put the service's own object beside the unified one. */
  readonly raw: boolean;
  /** The global id of a native one, of the operation's own category unless another is named. */
  ref(type: string, native: string, api?: Api): Ref;
}

/** One object of a service. `object`: it was named by its native id alone, and the connector finds out what it is. */
export interface Key<Type extends string = string> {
  type: Type | "object";
  id: string;
}

/** `next` is opaque, passes through untouched and ends with null. A page may be empty while more follow. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
  /** Only where the service tells it with the page. */
  total?: number;
}
export interface Paging {
  cursor: string | null;
  /** At most so many items; a service may give fewer. */
  limit: number;
}
