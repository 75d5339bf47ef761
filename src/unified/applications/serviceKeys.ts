import { ApiError } from "../../errors.js";
import type { ServiceKey } from "../../store/store.js";
import type { Session } from "../session.js";
import { checkRoom, managed } from "./managed.js";

/** An application's OAuth client at a service. Its secret is never told. */
export interface ServiceClient extends Pick<ServiceKey, "id" | "service" | "clientId" | "created" | "modified"> {
  hasSecret: boolean;
}

export const listServiceKeys = async (session: Session, application: string): Promise<ServiceClient[]> => {
  await managed(session, application);
  return (await session.unified.store.serviceKeys.list(application)).map(toServiceClient);
};

/** `clientSecret` absent: a public client. Throws `data_conflict` where the service has one already. */
export const createServiceKey = async (
  session: Session,
  application: string,
  { service, clientId, clientSecret }: { service: string; clientId: string; clientSecret?: string | null },
): Promise<ServiceClient> => {
  await managed(session, application);
  const { store, connectors, clients, audit } = session.unified;
  const { auth, title } = connectors.get(service) ?? {};
  if (!auth) throw new ApiError("invalid_parameters", `There is no service ${JSON.stringify(service)}.`);
  if (auth.scheme !== "oauth2" || auth.authorize === undefined)
    throw new ApiError("invalid_parameters", `${title} is not connected by OAuth, so it has no service key.`);
  check("A client id", clientId);
  if (clientSecret != null) check("A client secret", clientSecret);
  checkRoom(await store.serviceKeys.list(application), "service keys");
  const sealed = clientSecret == null ? null : clients.seal(application, service, clientSecret);
  const created = await store.serviceKeys.create({ application, service, clientId, sealed });
  await audit.record(session.caller, "service_key.created", `service key ${created.id}`, { application, service });
  return toServiceClient(created);
};

/** What is absent stays. `clientSecret` null: the client becomes a public one. */
export const updateServiceKey = async (
  session: Session,
  application: string,
  id: number,
  { clientId, clientSecret }: { clientId?: string; clientSecret?: string | null },
): Promise<ServiceClient> => {
  await managed(session, application);
  const { store, clients, audit } = session.unified;
  const key = (await store.serviceKeys.list(application)).find((one) => one.id === id);
  if (!key) throw noKey();
  if (clientId !== undefined) check("A client id", clientId);
  if (clientSecret != null) check("A client secret", clientSecret);
  const updated = await store.serviceKeys.update(application, id, {
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined
      ? {}
      : { sealed: clientSecret === null ? null : clients.seal(application, key.service, clientSecret) }),
  });
  if (!updated) throw noKey();
  await audit.record(session.caller, "service_key.changed", `service key ${id}`, { application });
  return toServiceClient(updated);
};

export const deleteServiceKey = async (session: Session, application: string, id: number): Promise<void> => {
  await managed(session, application);
  const { store, audit } = session.unified;
  if (!(await store.serviceKeys.delete(application, id))) throw noKey();
  await audit.record(session.caller, "service_key.deleted", `service key ${id}`, { application });
};

const toServiceClient = ({ id, service, clientId, sealed, created, modified }: ServiceKey): ServiceClient => ({
  id,
  service,
  clientId,
  hasSecret: sealed !== null,
  created,
  modified,
});

const check = (what: string, text: string): void => {
  if (!/^[\x20-\x7e]{1,4096}$/.test(text))
    throw new ApiError("invalid_parameters", `${what} has from 1 to 4096 printable ASCII characters.`);
};

const noKey = () => new ApiError("not_found", "There is no such service key.");
