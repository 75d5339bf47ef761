import { checkIntegrity, kyselyOver, openDatabase } from "./database.js";
import { migrate } from "./migrations/index.js";
import { accounts } from "./rows/accounts.js";
import { activity } from "./rows/activity.js";
import { applications } from "./rows/applications.js";
import { audit } from "./rows/audit.js";
import { codes } from "./rows/codes.js";
import { credentials } from "./rows/credentials.js";
import { deliveries } from "./rows/deliveries.js";
import { flows } from "./rows/flows.js";
import { keys } from "./rows/keys.js";
import { links } from "./rows/links.js";
import { meetings } from "./rows/meetings.js";
import { pushes } from "./rows/pushes.js";
import { redirectUris } from "./rows/redirectUris.js";
import { type Rows, timeOf } from "./rows/row.js";
import { sealed } from "./rows/sealed.js";
import { serviceKeys } from "./rows/serviceKeys.js";
import { subscriptions } from "./rows/subscriptions.js";
import { tokens } from "./rows/tokens.js";
import { trustedDomains } from "./rows/trustedDomains.js";
import { uploads } from "./rows/uploads.js";
import { webhooks } from "./rows/webhooks.js";
import type { Store } from "./store.js";
import type { Tables } from "./tables.js";

/**
 * The store in one SQLite file, its tables brought up to date; several processes of one machine may share it. `now`:
 * milliseconds since 1970. A damaged file, or one of a newer version, is refused with one sentence for the operator.
 */
export const openSqliteStore = async (options: { file: string | ":memory:"; now?: () => number }): Promise<Store> => {
  const { file, now = Date.now } = options;
  const connection = openDatabase(file);
  try {
    checkIntegrity(connection, file);
    const database = kyselyOver<Tables>(connection);
    await migrate(database);
    const rows: Rows = { database, now };
    return {
      applications: applications(rows),
      redirectUris: redirectUris(rows),
      trustedDomains: trustedDomains(rows),
      serviceKeys: serviceKeys(rows),
      flows: flows(rows),
      codes: codes(rows),
      keys: keys(rows),
      accounts: accounts(rows),
      credentials: credentials(rows),
      tokens: tokens(rows),
      links: links(rows),
      uploads: uploads(rows),
      activity: activity(rows),
      meetings: meetings(rows),
      subscriptions: subscriptions(rows),
      webhooks: webhooks(rows),
      deliveries: deliveries(rows),
      pushes: pushes(rows),
      audit: audit(rows),
      sealed: sealed(rows),
      async check() {
        const at = timeOf(now());
        await database
          .insertInto("pulse")
          .values({ id: 1, at })
          .onConflict((row) => row.column("id").doUpdateSet({ at }))
          .execute();
      },
      close: () => database.destroy(),
    };
  } catch (error) {
    connection.close();
    throw error;
  }
};
