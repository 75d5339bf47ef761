import { ApiError } from "../../errors.js";
import type { TrustedDomain } from "../../store/store.js";
import type { UnifiedApi } from "../api.js";
import type { Session } from "../session.js";
import { isThisMachine } from "./hosts.js";
import { checkRoom, managed } from "./managed.js";

export const listTrustedDomains = async (session: Session, application: string): Promise<TrustedDomain[]> => {
  await managed(session, application);
  return session.unified.store.trustedDomains.list(application);
};

/** A host as a browser writes it in an origin, with its port unless it is the scheme's own: `localhost:8000`. */
export const createTrustedDomain = async (
  session: Session,
  application: string,
  domain: string,
): Promise<TrustedDomain> => {
  await managed(session, application);
  const { store, audit } = session.unified;
  checkRoom(await store.trustedDomains.list(application), "trusted domains");
  const created = await store.trustedDomains.create({ application, domain: toHost(domain) });
  const details = { application, domain: created.domain };
  await audit.record(session.caller, "trusted_domain.created", `trusted domain ${created.id}`, details);
  return created;
};

export const deleteTrustedDomain = async (session: Session, application: string, id: number): Promise<void> => {
  await managed(session, application);
  const { store, audit } = session.unified;
  if (!(await store.trustedDomains.delete(application, id)))
    throw new ApiError("not_found", "There is no such trusted domain.");
  await audit.record(session.caller, "trusted_domain.deleted", `trusted domain ${id}`, { application });
};

/** Pages of this origin may be given the application's tokens. Over plain http a token goes to this machine only. */
export const isTrusted = async ({ store }: UnifiedApi, application: string, origin: string): Promise<boolean> => {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin) return false;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isThisMachine(url.hostname))) return false;
  return (await store.trustedDomains.list(application)).some(({ domain }) => domain === url.host);
};

const toHost = (domain: string): string => {
  const text = domain.trim().toLowerCase();
  const isHost = text.length <= 255 && /^[^\s/?#@*\\]+$/.test(text) && URL.canParse(`http://${text}`);
  if (!isHost)
    throw new ApiError("invalid_parameters", "A trusted domain is a host such as app.example.com or localhost:8000.");
  // As https has it: 443 is the port that nobody writes.
  const { host } = new URL(`https://${text}`);
  return host;
};
