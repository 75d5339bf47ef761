import { opaque } from "../../auth/opaque.js";
import { ApiError } from "../../errors.js";
import { type Application, type ApplicationChange, RIGHTS } from "../../store/store.js";
import { disconnectAccount } from "../accounts.js";
import type { Session } from "../session.js";
import { checkOperator, isOperator, managed } from "./managed.js";

export type NewApplication = ApplicationChange & { name: string };

const MOST = 1000;
/** Accounts disconnected between two looks. */
const BATCH = 100;

/** Those that the caller manages, oldest first. */
export const listApplications = async (session: Session): Promise<Application[]> => {
  const own = await managed(session, session.caller.application);
  return (await isOperator(session)) ? session.unified.store.applications.list() : [own];
};

export const getApplication = managed;

/** With its first API key, which has every right and is told here. */
export const createApplication = async (
  session: Session,
  application: NewApplication,
): Promise<{ application: Application; key: string }> => {
  await checkOperator(session);
  check(application);
  const { store, callers, audit } = session.unified;
  if ((await store.applications.list()).length >= MOST)
    throw new ApiError("data_conflict", `There are at most ${MOST} applications.`);
  const created = await store.applications.create({ ...application, id: opaque() });
  const { key } = await callers.createKey(created.id, { name: "First key", rights: RIGHTS });
  await audit.record(session.caller, "application.created", `application ${created.id}`);
  return { application: created, key };
};

export const updateApplication = async (
  session: Session,
  id: string,
  change: ApplicationChange,
): Promise<Application> => {
  const before = await managed(session, id);
  check(change);
  const { store, audit } = session.unified;
  const updated = await store.applications.update(id, change);
  await audit.record(session.caller, "application.changed", `application ${id}`, {
    changed: Object.keys(change).join(" "),
  });
  return updated ?? before;
};

/** Its accounts are disconnected, their tokens given back to the services; then all else of it goes. */
export const deleteApplication = async (session: Session, id: string): Promise<void> => {
  await checkOperator(session);
  await managed(session, id);
  if (id === session.caller.application)
    throw new ApiError("forbidden", "The first application is the operator's own and stays.");
  const { unified, signal } = session;
  const { store, callers } = unified;
  const inside = unified.internal(id, signal);
  await store.applications.update(id, { active: false });
  for (;;) {
    const accounts = await store.accounts.list({ application: id }, { after: 0, limit: BATCH });
    if (accounts.length === 0) break;
    for (const record of accounts) await disconnectAccount(inside.open(record));
  }
  await store.applications.delete(id);
  callers.forgetApplication(id);
  await unified.audit.record(session.caller, "application.deleted", `application ${id}`);
};

const check = ({ name, description, source, logoUrl }: ApplicationChange): void => {
  if (name !== undefined && (name.trim() === "" || name.length > 255))
    throw new ApiError("invalid_parameters", "An application's name has from 1 to 255 characters.");
  for (const [what, text] of Object.entries({ description, source }))
    if (text != null && text.length > 2000)
      throw new ApiError("invalid_parameters", `An application's ${what} has at most 2000 characters.`);
  if (logoUrl != null && !isHttps(logoUrl))
    throw new ApiError("invalid_parameters", "`logo_url` must be an https URL of at most 2000 characters.");
};

const isHttps = (text: string): boolean =>
  text.length <= 2000 && URL.canParse(text) && new URL(text).protocol === "https:";
