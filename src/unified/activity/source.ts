import type { Change } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Api } from "../../ids.js";
import type { ConnectedAccount } from "../account.js";
import { compare } from "./comparing.js";

/** Where an account's changes come from. */
export interface Source {
  /** As `EventsOperations.changes`. */
  changes(cursor: string | null): Promise<{ changes: Change[]; next: string; more: boolean }>;
  /** As `EventsOperations.watch`, where the service has it. */
  watch?(changed: () => void): Promise<() => void>;
}

/** The service's own feed, or a comparison of all that its storage holds. Throws `not_implemented` where there is neither. */
export const sourceOf = (account: ConnectedAccount): Source => {
  const { events, storage } = account.apis(false);
  if (events.can("changes"))
    return {
      changes: (cursor) => events.changes(cursor),
      ...(events.can("watch") ? { watch: (changed) => events.watch(changed) } : {}),
    };
  if (storage.can("list")) return { changes: (cursor) => compare(storage, cursor) };
  throw new ApiError("not_implemented", `${account.connector.title} does not tell what happens in an account.`);
};

/** Is it told what happens to the account's objects of this category? */
export const isTold = (account: ConnectedAccount, api: Api): boolean => {
  const { events, storage } = account.apis(false);
  return events.can("changes") || (api === "storage" && storage.can("list"));
};
