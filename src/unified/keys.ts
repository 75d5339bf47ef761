import type { Key, Right } from "../store/store.js";
import { checkRight } from "./rights.js";
import type { Session } from "./session.js";

/** An API key of the caller's application; its text is told here. `expires`: ISO 8601. */
export const createKey = async (
  session: Session,
  options: { name: string; rights: readonly Right[]; expires?: string | null },
): Promise<{ key: string; record: Key }> => {
  checkRight(session, "admin");
  const { callers, audit } = session.unified;
  const made = await callers.createKey(session.caller.application, options);
  await audit.record(session.caller, "key.created", `key ${made.record.id}`, { rights: made.record.rights.join(" ") });
  return made;
};

/** False where there is none of this number. */
export const deleteKey = async (session: Session, id: number): Promise<boolean> => {
  checkRight(session, "admin");
  const { callers, audit } = session.unified;
  const deleted = await callers.deleteKey(session.caller.application, id);
  if (deleted) await audit.record(session.caller, "key.deleted", `key ${id}`);
  return deleted;
};
