import type { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";

export type ObjectRef = Ref<ConnectedAccount>;

/** Groups keys by account, asks each account once, restores the order of keys. An account that fails, fails its own keys only. */
export const byAccount =
  <Key, Item>(
    accountOf: (key: Key) => ConnectedAccount,
    read: (account: ConnectedAccount, keys: Key[]) => Promise<(Item | Error)[]>,
  ) =>
  async (keys: readonly Key[]): Promise<(Item | Error)[]> => {
    const groups = new Map<ConnectedAccount, { keys: Key[]; places: number[] }>();
    keys.forEach((key, place) => {
      const account = accountOf(key);
      let group = groups.get(account);
      if (!group) {
        group = { keys: [], places: [] };
        groups.set(account, group);
      }
      group.keys.push(key);
      group.places.push(place);
    });
    const results = new Array<Item | Error>(keys.length);
    await Promise.all(
      [...groups].map(async ([account, group]) => {
        const items = await read(account, group.keys).catch((error: Error) => group.keys.map(() => error));
        items.forEach((item, index) => {
          results[group.places[index] as number] = item;
        });
      }),
    );
    return results;
  };
