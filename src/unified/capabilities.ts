import type { Connector } from "../connectors/connector.js";
import { APIS, type Api } from "../ids.js";
import type { Account } from "../store/store.js";
import { CATEGORIES } from "./categories.js";
import { grantedApis } from "./granted.js";

/** What a storage's operations stand for. Source: the unified API, "Services directory". */
const STORAGE: Readonly<Record<string, readonly string[]>> = {
  list: ["storage.folders.list"],
  get: ["storage.folders.read", "storage.files.read"],
  byPath: ["storage.paths.read"],
  search: ["storage.search"],
  recent: ["storage.recent"],
  sharedWith: ["storage.shared"],
  createFolder: ["storage.folders.create"],
  update: ["storage.folders.update", "storage.files.update", "storage.folders.move", "storage.files.move"],
  copy: ["storage.folders.copy", "storage.files.copy"],
  delete: ["storage.folders.delete", "storage.files.delete"],
  upload: ["storage.files.create"],
  uploadUrl: ["storage.files.upload_url"],
  parts: ["storage.files.multipart"],
  download: ["storage.files.download"],
  thumbnail: ["storage.files.thumbnail"],
  permissions: ["storage.permissions.list"],
  setPermissions: ["storage.permissions.update"],
  properties: ["storage.properties.list"],
  setProperties: ["storage.properties.update"],
  quota: ["storage.quota"],
};

/** What the operations of any collection stand for. */
const COLLECTION: Readonly<Record<string, readonly string[]>> = {
  list: ["list", "listMany"],
  read: ["get", "getMany"],
  create: ["create"],
  update: ["update"],
  delete: ["delete"],
};

type Declared = Readonly<Record<string, unknown>>;

const storageCapabilities = ({ storage, events }: Connector): string[] => {
  if (!storage) return [];
  // A copy is also possible by reading here and writing there.
  const has = (name: string): boolean =>
    (storage as unknown as Declared)[name] !== undefined ||
    (name === "copy" && storage.download !== undefined && storage.upload !== undefined);
  const named = Object.entries(STORAGE).flatMap(([name, means]) => (has(name) ? means : []));
  if (storage.download) named.push("storage.links.create");
  // What a service does not tell is found by comparing all that the storage holds.
  if (!events && storage.list) named.push("events.changes");
  return named;
};

/** `crm.contacts.create`, `crm.search` … of one category. */
const categoryCapabilities = (api: keyof typeof CATEGORIES, declared: Declared): string[] => {
  const { collections, operations } = CATEGORIES[api] as { collections: object; operations: readonly string[] };
  const ofCollections = Object.keys(collections).flatMap((name) => {
    const collection = declared[name] as Declared | undefined;
    const means = Object.entries(COLLECTION).filter(([, names]) =>
      names.some((one) => collection?.[one] !== undefined),
    );
    return means.map(([means]) => `${api}.${name}.${means}`);
  });
  return [
    ...ofCollections,
    ...operations.filter((name) => declared[name] !== undefined).map((name) => `${api}.${name}`),
  ];
};

const known = new WeakMap<Connector, Map<Api, string[]>>();

const byApi = (connector: Connector): Map<Api, string[]> => {
  let capabilities = known.get(connector);
  if (!capabilities) {
    capabilities = new Map();
    for (const api of APIS) {
      const declared = api === "meta" ? undefined : connector[api];
      if (!declared) continue;
      const found =
        api === "storage"
          ? storageCapabilities(connector)
          : categoryCapabilities(api as keyof typeof CATEGORIES, declared as Declared);
      capabilities.set(api, found);
    }
    if (connector.raw) capabilities.set("meta", ["meta.raw.create"]);
    known.set(connector, capabilities);
  }
  return capabilities;
};

/** One account, for what it was connected for. */
type Connected = Pick<Account, "settings" | "scope">;

/** That an account has a category, by its settings and its scope; what happens is told of each that it has. */
export const offersOf = (connector: Connector, { settings, scope }: Connected): ((api: Api) => boolean) => {
  const [offered, granted] = [connector.offers?.(settings), grantedApis(scope)];
  return (api) => (offered?.includes(api) ?? true) && (granted === null || api === "events" || granted.has(api));
};

/** What a connector's operations add up to, in a stable order; of one account, what it was connected for. */
export const capabilitiesOf = (connector: Connector, account?: Connected): string[] => {
  const offers = account ? offersOf(connector, account) : () => true;
  const also = (account && connector.also?.(account.settings)) ?? [];
  return [...byApi(connector)].flatMap(([api, names]) =>
    api === "meta" ? names : offers(api) ? [...names, ...also.filter((one) => one.startsWith(`${api}.`))] : [],
  );
};

/** The categories of objects that a service, or one account of it, has; that it tells what happens is no category of these. */
export const apisOf = (connector: Connector, account?: Connected): Api[] => {
  const offers = account ? offersOf(connector, account) : () => true;
  return APIS.filter((api) => api !== "meta" && api !== "events" && connector[api] && offers(api));
};
