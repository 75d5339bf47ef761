import { randomUUID } from "node:crypto";
import type { Credential } from "../auth/credential.js";
import type { Grant } from "../auth/oauth/authorization.js";
import { type Connection, type Connector, type Fields, type Settings, toFingerprint } from "../connectors/connector.js";
import { ApiError } from "../errors.js";
import type { AccountChange, NewAccount } from "../store/store.js";
import { announce } from "../tasks/announce.js";
import { topics } from "../tasks/bus.js";
import type { Target } from "../upstream/upstream.js";
import { type ConnectedAccount, NO_ORIGIN } from "./account.js";
import type { Session } from "./session.js";
import { trustOf } from "./trust.js";

export interface NewConnection {
  service: string;
  fields: Fields;
  endUser?: string | undefined;
  customProperties?: Record<string, unknown> | undefined;
}

/** Proves the credentials to the service, then keeps them. Gives the account and its first bearer token. */
export const connectAccount = async (
  session: Session,
  { service, fields, endUser, customProperties }: NewConnection,
): Promise<{ account: ConnectedAccount; token: string }> => {
  const { unified, caller } = session;
  if (caller.kind === "token")
    throw new ApiError("forbidden", "A bearer token belongs to one account and cannot connect another.");
  if (caller.endUser !== null && endUser !== undefined && endUser !== caller.endUser)
    throw new ApiError("forbidden", "A session connects accounts of its own end user only.");
  const connector = unified.connectors.get(service);
  if (!connector) throw new ApiError("not_found", `There is no service ${JSON.stringify(service)}.`);
  if (connector.auth.scheme === "none" && caller.kind !== "key")
    throw new ApiError("forbidden", `${connector.title} asks nobody who they are, so only an API key can connect it.`);
  if (connector.auth.scheme === "oauth2" && connector.auth.authorize !== undefined)
    throw new ApiError(
      "invalid_parameters",
      `${connector.title} asks its users itself: begin with startConnection, and open its URL in their browser.`,
    );
  if (endUser !== undefined) checkText("An end user's name", endUser);
  const connection = await proveConnection(session, connector, fields);
  const account = await keepConnection(session, connector, connection, {
    endUser: caller.endUser ?? endUser ?? null,
    customProperties: customProperties ?? {},
    admin: connection.admin ?? false,
  });
  return { account, token: await unified.callers.createToken(account.account) };
};

/** What the service itself says to the fields, and to what it has granted. */
export const proveConnection = async (
  { unified: { client }, signal }: Session,
  connector: Connector,
  fields: Fields,
  grant?: Grant,
): Promise<Connection> => {
  checkFields(connector, fields);
  const trust = trustOf(connector, toFingerprint(fields.certificate));
  const visitors: string[] = [];
  const enter = (origin: string, credential: Credential): Target => {
    const target = { ...visitor(connector, origin, credential, signal), ...trust };
    visitors.push(target.account);
    return target;
  };
  try {
    const connection = await connector.connect(
      {
        upstream(origin, credential) {
          if (trust.certificate && origin.startsWith("http:"))
            throw new ApiError("invalid_parameters", "A server has a certificate if its address begins with https://.");
          return client.for(enter(origin, credential));
        },
        connections: (settings, credential) => client.connections(enter(NO_ORIGIN, credential), settings),
        grant,
        signal,
      },
      fields,
    );
    return trust.certificate ? { ...connection, settings: { ...connection.settings, ...trust } } : connection;
  } finally {
    for (const account of visitors) client.closeConnections(account);
  }
};

/** A new account with a proven connection. */
export const keepConnection = async (
  session: Session,
  { service, hooks }: Connector,
  { name, settings, credential }: Connection,
  rest: Pick<NewAccount, "endUser" | "customProperties" | "admin" | "scope">,
): Promise<ConnectedAccount> => {
  const { unified, caller } = session;
  const record = await unified.store.accounts.create(
    {
      application: caller.application,
      service,
      name,
      settings: settings as Record<string, Settings[string]>,
      ...rest,
      subject: hooks?.subjectOf(settings) ?? null,
    },
    (id) => unified.grants.seal({ application: caller.application, id }, 1, credential),
  );
  session.forget(record.id);
  if ((await session.application()).eventsEnabled)
    await unified.store.subscriptions.create({ account: record.id, active: true });
  await unified.audit.record(caller, "account.connected", `account ${record.id}`, { service, endUser: record.endUser });
  return session.open(record);
};

export const checkFields = ({ auth: { fields: known }, title }: Connector, fields: Fields): void => {
  for (const name of Object.keys(fields))
    if (!known.some((field) => field.name === name))
      throw new ApiError("invalid_parameters", `${title} has no field ${JSON.stringify(name)}.`);
  for (const { name, required } of known)
    if (required && !fields[name]) throw new ApiError("invalid_parameters", `${title} needs the field ${name}.`);
};

/** A client for an account that is not there yet. */
const visitor = (connector: Connector, origin: string, credential: Credential, signal: AbortSignal): Target => ({
  service: connector.service,
  account: `connecting ${randomUUID()}`,
  origin,
  ...(connector.hosts ? { hosts: connector.hosts } : {}),
  budget: connector.budget,
  ...(connector.explain ? { explain: connector.explain } : {}),
  credentials: { current: async () => ({ credential, version: 0 }) },
  signal,
});

/** Another bearer token of the account. */
export const createToken = async ({ session, record }: ConnectedAccount): Promise<string> => {
  const token = await session.unified.callers.createToken(record.id);
  await session.unified.audit.record(session.caller, "token.created", `account ${record.id}`);
  return token;
};

export const updateAccount = async (account: ConnectedAccount, change: AccountChange): Promise<ConnectedAccount> => {
  const { session, record } = account;
  const { store, bus, feeds, audit } = session.unified;
  if (session.caller.kind !== "key" && (change.endUser !== undefined || change.enabled !== undefined))
    throw new ApiError("forbidden", "Only an API key says whose account it is, and whether it may be used.");
  if (change.name !== undefined) checkText("An account's name", change.name);
  if (change.endUser != null) checkText("An end user's name", change.endUser);
  const updated = await store.accounts.update(record.id, change);
  session.forget(record.id);
  if (!updated) throw new ApiError("not_found", "There is no such account.");
  // Whoever follows something of it looks whether it still may.
  await bus.publish(topics.changes(record.id), null);
  feeds.nudge(record.id);
  const changed = Object.keys(change).join(" ");
  await audit.record(session.caller, "account.changed", `account ${record.id}`, { changed });
  return session.open(updated);
};

/**
 * The account, its credential, tokens and links are gone; its tasks are cancelled; the service is told to take its tokens back,
 * where it can. Nothing else in the service changes.
 */
export const disconnectAccount = async ({ session, record }: ConnectedAccount): Promise<void> => {
  const { store, queue, bus, callers, feeds, client, grants, audit } = session.unified;
  const bidFarewell = await grants.farewell(record);
  await store.accounts.delete(record.id);
  callers.forgetAccount(record.id);
  client.closeConnections(String(record.id));
  feeds.forget(record.id);
  session.forget(record.id);
  // Last, so that none is added behind it.
  for (const task of await queue.cancelAccount(record.id)) await announce(bus, task);
  await bus.publish(topics.changes(record.id), null);
  await audit.record(session.caller, "account.disconnected", `account ${record.id}`, { service: record.service });
  await bidFarewell();
};

export const checkText = (what: string, text: string): void => {
  if (text === "" || text.length > 255)
    throw new ApiError("invalid_parameters", `${what} has from 1 to 255 characters.`);
};
