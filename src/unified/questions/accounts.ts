import { ApiError } from "../../errors.js";
import type { Api } from "../../ids.js";
import type { ConnectedAccount } from "../account.js";
import { MOST_ASKED, type Session } from "../session.js";
import { SOURCES } from "./cursor.js";

/**
 * The accounts that a question goes to: those that were named, or all that the caller may see and that are not switched off. Only
 * those with one of the categories: an account without a calendar has no events to be missing.
 */
export const accountsFor = async (
  session: Session,
  named: readonly ConnectedAccount[] | null,
  apis: readonly Exclude<Api, "meta">[],
): Promise<ConnectedAccount[]> => {
  const accounts = named ?? (await session.enabledAccounts());
  if (accounts.length > MOST_ASKED)
    throw new ApiError(
      "invalid_parameters",
      `A question goes to ${MOST_ASKED} accounts at most; name them in \`accounts\`.`,
    );
  const unique = [...new Set(accounts)];
  return unique.filter((account) => apis.some((api) => account.has(api)));
};

/** Lists of one account at most: calendars, conversations. */
export const LISTS = Math.floor(SOURCES / 10);
