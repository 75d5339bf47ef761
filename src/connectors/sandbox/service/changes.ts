import type { Account, Database } from "./database.js";
import type { Service } from "./http.js";
import { Refusal } from "./refusal.js";

export type ChangeKind = "created" | "updated" | "deleted" | "moved" | "renamed";

/** Changes that an account's feed remembers. */
const REMEMBERED = 50_000;

interface Row {
  number: number;
  kind: ChangeKind;
  /** `file`, `folder`, and of every other category `crm.contact`. */
  item_kind: string;
  item: string;
  occurred: string;
}

/** Writes down what happened; within the transaction in which it happens. */
export const record = (
  { database, changed }: Service,
  { number }: Account,
  kind: ChangeKind,
  items: Iterable<{ id: string; kind: string }>,
  occurred: string,
): void => {
  let last = latest(database, number);
  for (const item of items)
    database.run("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", number, ++last, kind, item.kind, item.id, occurred);
  database.run("DELETE FROM changes WHERE account = ? AND number <= ?", number, last - REMEMBERED);
  changed.emit(String(number));
};

/** Number of the account's last change; 0 before the first. */
export const latest = (database: Database, account: number): number =>
  database.get<{ last: number | null }>("SELECT max(number) AS last FROM changes WHERE account = ?", account)?.last ??
  0;

/** Changes after the one numbered `since`. 410 when the feed has forgotten some of them. */
export const changesSince = (database: Database, { number }: Account, since: number, limit: number) => {
  const last = latest(database, number);
  const first = "SELECT min(number) AS first FROM changes WHERE account = ?";
  const oldest = database.get<{ first: number | null }>(first, number)?.first ?? 1;
  if (since > last) throw new Refusal(400, "invalid_cursor", "The cursor is not one of this feed.");
  if (since + 1 < oldest) throw new Refusal(410, "cursor_expired", "The feed no longer reaches back to this cursor.");
  const sql = "SELECT * FROM changes WHERE account = ? AND number > ? ORDER BY number LIMIT ?";
  const rows = database.all<Row>(sql, number, since, limit);
  const read = rows.at(-1)?.number ?? since;
  const changes = rows.map(({ kind, item_kind, item, occurred }) => {
    const [category, name] = item_kind.includes(".") ? item_kind.split(".") : ["storage", item_kind];
    return { kind, category, item_kind: name, id: item, occurred_at: occurred };
  });
  return { changes, read, more: read < last };
};
