import { createHash } from "node:crypto";
import type { Hooks, News, Push } from "../connectors/connector.js";
import { ApiError } from "../errors.js";
import type { UnifiedApi } from "./api.js";

/** Milliseconds by which a signed time may differ from ours. */
const WINDOW = 5 * 60_000;
/** Accounts that one push can stir. */
const MOST = 1_000;

/**
 * What a service says has changed, if it is the service that says so: the feeds of its accounts look at once. The same again is
 * acknowledged and does nothing. Gives what the service wants to read. `not_found` for a service that pushes nothing to us,
 * `unauthorized` for a wrong signature or time. `now`: milliseconds since 1970.
 */
export const receivePush = async (
  unified: UnifiedApi,
  service: string,
  push: Push,
  now = Date.now(),
): Promise<string> => {
  const hooks = unified.connectors.get(service)?.hooks;
  const secrets = unified.hookSecrets.get(service);
  if (!hooks || !secrets) throw new ApiError("not_found", "There is nothing here.");
  const news = verified(hooks, push, secrets);
  if (!news || (news.sent !== null && !(Math.abs(now - news.sent) <= WINDOW)))
    throw new ApiError("unauthorized", "The signature or its time is wrong.");
  const id = createHash("sha256").update(news.id).digest("base64url");
  if (await unified.store.pushes.take(service, id)) {
    const accounts = await unified.store.accounts.bySubjects(service, news.subjects.slice(0, MOST), MOST);
    for (const account of accounts) unified.feeds.nudge(account);
  }
  return news.answer ?? "";
};

const verified = (hooks: Hooks, push: Push, secrets: readonly string[]): News | null => {
  for (const secret of secrets) {
    const news = hooks.read(push, secret);
    if (news) return news;
  }
  return null;
};
