/** A process that writes until it is killed: it tells its parent of each account only when the store has said that it is kept. */
import { openSqliteStore } from "../../src/store/sqlite.js";

const store = await openSqliteStore({ file: process.argv[2] as string });
if (!(await store.applications.first()))
  await store.applications.create({ id: "acme", name: "Acme" }).catch(() => undefined);
process.send?.("open");
process.once("message", async () => {
  for (;;) {
    const account = { application: "acme", service: "dropbox", name: "x".repeat(500), settings: {} };
    const { id } = await store.accounts.create(account, (number) => `sealed ${number} 1`);
    await store.credentials.swap(id, 1, `sealed ${id} 2`);
    process.send?.(id);
  }
});
