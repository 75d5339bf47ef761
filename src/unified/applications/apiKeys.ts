import { ApiError } from "../../errors.js";
import { type Key, RIGHTS, type Right } from "../../store/store.js";
import type { Session } from "../session.js";
import { checkRoom, managed } from "./managed.js";

export { RIGHTS };

/** An API key with its text. */
export interface ApiKey extends Pick<Key, "name" | "rights" | "created" | "expires"> {
  key: string;
}

export const listApiKeys = async (session: Session, application: string): Promise<ApiKey[]> => {
  await managed(session, application);
  const { store, callers, audit } = session.unified;
  await audit.record(session.caller, "key.read", `application ${application}`);
  return (await store.keys.list(application)).map((record) => toApiKey(record, callers.reveal(record)));
};

/** With every right unless fewer are given. */
export const createApiKey = async (
  session: Session,
  application: string,
  {
    name = "API key",
    rights = RIGHTS,
    expires = null,
  }: { name?: string; rights?: readonly Right[]; expires?: string | null } = {},
): Promise<ApiKey> => {
  await managed(session, application);
  const { store, callers, audit } = session.unified;
  checkRoom(await store.keys.list(application), "API keys");
  const { key, record } = await callers.createKey(application, { name, rights, expires });
  await audit.record(session.caller, "key.created", `key ${record.id}`, { application, rights: rights.join(" ") });
  return toApiKey(record, key);
};

/** By its text. Throws `not_found`. */
export const deleteApiKey = async (session: Session, application: string, key: string): Promise<void> => {
  await managed(session, application);
  const { store, callers } = session.unified;
  const record = (await store.keys.list(application)).find((one) => callers.reveal(one) === key);
  if (!record) throw noKey();
  await revokeApiKey(session, application, record.id);
};

/** The same by its number. */
export const revokeApiKey = async (session: Session, application: string, id: number): Promise<void> => {
  await managed(session, application);
  const { callers, audit } = session.unified;
  if (!(await callers.deleteKey(application, id))) throw noKey();
  await audit.record(session.caller, "key.deleted", `key ${id}`, { application });
};

const toApiKey = ({ name, rights, created, expires }: Key, key: string): ApiKey => ({
  key,
  name,
  rights,
  created,
  expires,
});

const noKey = () => new ApiError("not_found", "There is no such API key.");
