import { ClientKeys } from "../../src/auth/clientKeys.js";
import { Grants } from "../../src/auth/grants.js";
import type { OAuthFetch, OAuthService } from "../../src/auth/oauth/service.js";
import { Vault } from "../../src/auth/vault.js";
import { openSqliteStore } from "../../src/store/sqlite.js";
import type { Account, Store } from "../../src/store/store.js";

export const SECRET = "a secret of thirty-two characters";
export const newVault = (): Vault => new Vault([{ number: 1, secret: SECRET }]);

export interface Parts {
  store: Store;
  grants: Grants;
  /** Accounts that were told as dead. */
  dead: Account[];
}

/** What one process has: its own connection to the store, and its own grants. */
export const openParts = async (
  file: string,
  token: string,
  { fetch: send = fetch as OAuthFetch, now = Date.now }: { fetch?: OAuthFetch; now?: () => number } = {},
): Promise<Parts> => {
  const store = await openSqliteStore({ file, now });
  const dead: Account[] = [];
  const oauth: OAuthService = { scheme: "oauth2", token, client: "client" };
  const auth = (service: string) => (service === "oauth" ? oauth : undefined);
  const onDead = (account: Account): void => void dead.push(account);
  const vault = newVault();
  const clients = new ClientKeys({ store, vault });
  return { store, grants: new Grants({ store, vault, clients, fetch: send, auth, onDead, now }), dead };
};

/** As the authorize and refresh layers do it: one request, and after a 401 one more. */
export const callResource = async (grants: Grants, account: Account, origin: string): Promise<number> => {
  const source = grants.source(account);
  const ask = async (token: string) => {
    const response = await fetch(`${origin}/resource`, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    return response.status;
  };
  const { credential, version } = await source.current();
  if (credential.scheme !== "bearer") throw new Error("expected a bearer credential");
  const status = await ask(credential.token);
  if (status !== 401 || !source.renew) return status;
  const { credential: newer } = await source.renew(version);
  return newer.scheme === "bearer" ? ask(newer.token) : status;
};
