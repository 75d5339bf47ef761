/**
 * A process with callers of one account. It waits for its parent's word, calls the resource so many times at once and tells the
 * statuses; or kills itself, `before` asking the token endpoint or `after` it has answered.
 */
import type { OAuthFetch } from "../../src/auth/oauth/service.js";
import { callResource, openParts } from "./setting.js";

export interface Orders {
  file: string;
  origin: string;
  account: number;
  callers: number;
  kill?: "before" | "after";
}

const orders = JSON.parse(process.argv[2] as string) as Orders;
const dying: OAuthFetch = async (url, options) => {
  if (orders.kill === "before") process.kill(process.pid, "SIGKILL");
  const response = await fetch(url, options);
  if (orders.kill === "after") process.kill(process.pid, "SIGKILL");
  return response;
};
const { store, grants } = await openParts(orders.file, `${orders.origin}/token`, { fetch: dying });
const [account] = await store.accounts.getMany([orders.account]);
if (!account) throw new Error("no account");
process.send?.("ready");
process.once("message", async () => {
  const calls = Array.from({ length: orders.callers }, () =>
    callResource(grants, account, orders.origin).catch((error: Error) => error.message),
  );
  process.send?.(await Promise.all(calls));
  await store.close();
  process.disconnect();
});
