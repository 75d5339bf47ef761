/**
 * For a DataLoader: puts keys together that one call can answer, reads each group once, restores the order of keys. A group that
 * fails, fails its own keys only.
 */
export const grouped =
  <Group, Key, Item>(groupOf: (key: Key) => Group, read: (group: Group, keys: Key[]) => Promise<(Item | Error)[]>) =>
  async (keys: readonly Key[]): Promise<(Item | Error)[]> => {
    const groups = new Map<Group, { keys: Key[]; places: number[] }>();
    keys.forEach((key, place) => {
      const of = groupOf(key);
      let group = groups.get(of);
      if (!group) {
        group = { keys: [], places: [] };
        groups.set(of, group);
      }
      group.keys.push(key);
      group.places.push(place);
    });
    const results = new Array<Item | Error>(keys.length);
    await Promise.all(
      [...groups].map(async ([of, group]) => {
        const items = await read(of, group.keys).catch((error: Error) => group.keys.map(() => error));
        items.forEach((item, index) => {
          results[group.places[index] as number] = item;
        });
      }),
    );
    return results;
  };
