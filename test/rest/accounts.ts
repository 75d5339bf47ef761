import type { Fields } from "../../src/connectors/connector.js";
import type { Api } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { connectAccount } from "../../src/unified/accounts.js";
import type { RestServing } from "./support.js";

const sessionOf = ({ core }: RestServing) => core.unified.internal(core.application, new AbortController().signal);

/** One more account beside those of the demo. */
export const connected = async (api: RestServing, service: string, fields: Fields = {}): Promise<ConnectedAccount> =>
  (await connectAccount(sessionOf(api), { service, fields, endUser: undefined })).account;

/** The id of what an account has, or could have. */
export const idIn = async (serving: RestServing, account: number, of: `${Api}.${string}`, native: string) => {
  const [api, type] = of.split(".") as [Api, string];
  return String((await sessionOf(serving).account(account)).ref(api, type, native));
};
