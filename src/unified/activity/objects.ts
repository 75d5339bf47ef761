import type { Resource } from "../../../schema/common/resource.js";
import type { StoredActivity } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";

/** The objects that something happened to, as they are now; aligned, null for what is gone or cannot be read. In the fewest calls. */
export const objectsOf = async (
  account: ConnectedAccount,
  happened: readonly StoredActivity[],
  raw: boolean,
): Promise<(Resource | null)[]> => {
  const groups = new Map<string, { api: StoredActivity["api"]; type: string; ids: Set<string> }>();
  for (const { kind, api, type, object } of happened) {
    if (kind === "DELETE" || api === "meta") continue;
    const name = `${api}.${type}`;
    const group = groups.get(name) ?? { api, type, ids: new Set() };
    group.ids.add(object);
    groups.set(name, group);
  }
  const found = new Map<string, Resource>();
  await Promise.all(
    [...groups].map(async ([name, { api, type, ids }]) => {
      const keys = [...ids];
      const read = await readMany(account, raw, { api, type, keys });
      read.forEach((one, index) => {
        if (!(one instanceof Error)) found.set(`${name}\n${keys[index]}`, one);
      });
    }),
  );
  return happened.map(({ kind, api, type, object }) =>
    kind === "DELETE" ? null : (found.get(`${api}.${type}\n${object}`) ?? null),
  );
};

const readMany = (
  account: ConnectedAccount,
  raw: boolean,
  { api, type, keys }: { api: StoredActivity["api"]; type: string; keys: readonly string[] },
): Promise<(Resource | Error)[]> => {
  const apis = account.apis(raw);
  if (api === "storage") return apis.storage.getMany(keys.map((id) => ({ type: type as "file" | "folder", id })));
  const reader = apis.readerOf(api, type);
  return reader ? (reader.getMany(keys) as Promise<(Resource | Error)[]>) : Promise.resolve([]);
};
