import { isDeepStrictEqual } from "node:util";
import type { Connection, Connector, Settings } from "../../connectors/connector.js";
import type { Account } from "../../store/store.js";
import { topics } from "../../tasks/bus.js";
import type { ConnectedAccount } from "../account.js";
import { keepConnection } from "../accounts.js";
import type { Session } from "../session.js";

/** What an account is beside its connection. */
type Rest = Pick<Account, "endUser" | "admin" | "scope"> & { customProperties: Readonly<Record<string, unknown>> };

/** Accounts read at a time while one is looked for. */
const BATCH = 200;

/**
 * The account of a connection. Whoever connects the same identity again (of the application, the end user and the service, with
 * the same name and settings, but for what may change) finds the account that is there, with the new credential. `pending`: a new
 * account is nobody's yet.
 */
export const keepOrRenew = async (
  session: Session,
  connector: Connector,
  connection: Connection,
  rest: Rest,
  pending: boolean,
): Promise<ConnectedAccount> => {
  const known = await findSame(session, connector, connection, rest.endUser);
  if (known) return renew(session, known, connection, rest);
  return keepConnection(session, connector, connection, { ...rest, endUser: pending ? null : rest.endUser });
};

const renew = async (session: Session, known: Account, { credential, settings }: Connection, rest: Rest) => {
  const { store, grants, bus, feeds, audit } = session.unified;
  const { customProperties, admin, scope } = rest;
  await grants.save(known, credential);
  await store.accounts.update(known.id, {
    settings: { ...settings },
    admin,
    scope,
    ...(Object.keys(customProperties).length > 0 ? { customProperties } : {}),
  });
  session.forget(known.id);
  await bus.publish(topics.changes(known.id), null);
  feeds.nudge(known.id);
  await audit.record(session.caller, "account.reconnected", `account ${known.id}`, { service: known.service });
  return session.account(known.id);
};

const findSame = async (
  { unified: { store }, caller: { application } }: Session,
  { service, auth }: Connector,
  { name, settings }: Connection,
  endUser: string | null,
): Promise<Account | null> => {
  const changeable = auth.fields.filter(({ mayChange }) => mayChange).map((field) => field.name);
  const lasting = (all: Settings) => Object.entries(all).filter(([setting]) => !changeable.includes(setting));
  const isSame = (account: Account) =>
    account.name === name &&
    account.endUser === endUser &&
    isDeepStrictEqual(new Map(lasting(account.settings)), new Map(lasting(settings)));
  for (let after = 0; ; ) {
    const page = await store.accounts.list(
      { application, services: [service], query: name, ...(endUser === null ? {} : { endUser }) },
      { after, limit: BATCH },
    );
    const found = page.find(isSame);
    if (found) return found;
    if (page.length < BATCH) return null;
    after = page.at(-1)?.id as number;
  }
};
