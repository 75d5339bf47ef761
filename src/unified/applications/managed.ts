import { ApiError } from "../../errors.js";
import type { Application } from "../../store/store.js";
import type { Session } from "../session.js";

/** Of each kind of thing that an application has: redirect URIs, domains, keys. */
export const MOST_OF_A_KIND = 100;

/**
 * An application that this caller manages: its own, or any where the caller's is the first one, which is the operator's. Throws
 * `forbidden` without the right to administer, `not_found` for another's.
 */
export const managed = async (session: Session, id: string): Promise<Application> => {
  checkAdmin(session);
  const application = await session.unified.store.applications.get(id);
  if (!application || (id !== session.caller.application && !(await isOperator(session)))) throw noApplication();
  return application;
};

/** Throws `forbidden` for all but the operator: a key of the first application that may administer. */
export const checkOperator = async (session: Session): Promise<void> => {
  checkAdmin(session);
  if (!(await isOperator(session)))
    throw new ApiError("forbidden", "Only an API key of the first application may make or delete applications.");
};

export const isOperator = async ({ unified, caller }: Session): Promise<boolean> =>
  (await unified.store.applications.first())?.id === caller.application;

const checkAdmin = ({ caller }: Session): void => {
  if (caller.kind !== "key" || !caller.rights.has("admin"))
    throw new ApiError("forbidden", "This needs an API key with the right to admin.");
};

export const noApplication = () => new ApiError("not_found", "There is no such application.");

/** Throws `data_conflict` where there are as many already as there may be. */
export const checkRoom = (present: readonly unknown[], what: string): void => {
  if (present.length >= MOST_OF_A_KIND)
    throw new ApiError("data_conflict", `An application has at most ${MOST_OF_A_KIND} ${what}.`);
};
