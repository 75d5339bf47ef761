import { ApiError } from "../../errors.js";
import type { Api } from "../../ids.js";
import type { ConnectedAccount } from "../account.js";
import type { Session } from "../session.js";
import { SOURCES } from "./cursor.js";

/** Accounts of one question at most. */
const MOST = 200;

/**
 * The accounts that a question goes to: those that were named, or all that the caller may see and that are not switched off. Only
 * those with one of the categories: an account without a calendar has no events to be missing.
 */
export const accountsFor = async (
  session: Session,
  named: readonly ConnectedAccount[] | null,
  apis: readonly Exclude<Api, "meta">[],
): Promise<ConnectedAccount[]> => {
  const accounts = named ?? (await session.accounts({ enabled: true }, { after: 0, limit: MOST + 1 }));
  if (accounts.length > MOST)
    throw new ApiError("invalid_parameters", `A question goes to ${MOST} accounts at most; name them in \`accounts\`.`);
  const unique = [...new Set(accounts)];
  return unique.filter((account) => apis.some((api) => account.has(api)));
};

/** Lists of one account at most: calendars, conversations. */
export const LISTS = Math.floor(SOURCES / 10);
