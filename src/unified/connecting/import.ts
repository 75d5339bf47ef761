import type { Fields } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../account.js";
import { proveConnection } from "../accounts.js";
import { apisOf } from "../capabilities.js";
import type { Session } from "../session.js";
import { keepOrRenew } from "./keep.js";
import { grantedScope, parseScope } from "./scope.js";

export interface ImportedAccount {
  service: string;
  token: string;
  refreshToken?: string | undefined;
  /** ISO 8601. */
  tokenExpiry?: string | undefined;
  /** What the service needs beside the tokens: a host of its own … */
  fields: Fields;
  customProperties: Record<string, unknown>;
}

/** An account whose OAuth tokens the application has got by itself, once the service has let them in. API keys only. */
export const importAccount = async (session: Session, imported: ImportedAccount): Promise<ConnectedAccount> => {
  const { unified, caller } = session;
  if (caller.kind !== "key") throw new ApiError("forbidden", "Only an API key can import an account.");
  const { service, token, refreshToken, tokenExpiry, fields, customProperties } = imported;
  const connector = unified.connectors.get(service);
  if (!connector) throw new ApiError("invalid_parameters", `There is no service ${JSON.stringify(service)}.`);
  const { auth, title } = connector;
  if (auth.scheme !== "oauth2" || auth.authorize === undefined)
    throw new ApiError("invalid_parameters", `${title} is not connected by OAuth: connect it by its fields.`);
  const credential = {
    scheme: "bearer" as const,
    token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(tokenExpiry === undefined ? {} : { expires: Date.parse(tokenExpiry) }),
  };
  const connection = await proveConnection(session, connector, fields, { credential, answer: {} });
  const admin = connection.admin === true;
  const apis = apisOf(connector, { settings: { ...connection.settings }, scope: null });
  const scope = grantedScope(parseScope("any", unified.connectors), connector, { apis, admin });
  return keepOrRenew(session, connector, connection, { endUser: null, customProperties, admin, scope }, false);
};
