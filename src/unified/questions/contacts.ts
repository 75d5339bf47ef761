import type { Contact } from "../../../schema/crm/contact.js";
import type { Session } from "../session.js";
import { accountsFor } from "./accounts.js";

/**
 * The contact of each address in the caller's CRM accounts, the account of the lowest number first; null where none knows it. Each
 * account is asked once. An account that fails knows nobody, unless all fail.
 */
export const contactsByEmail = async (session: Session, addresses: readonly string[]): Promise<(Contact | null)[]> => {
  const accounts = (await accountsFor(session, null, ["crm"])).filter((account) =>
    account.apis(false).crm.can("contactsByEmail"),
  );
  const answers = await Promise.allSettled(
    accounts.map((account) => account.apis(false).crm.contactsByEmail(addresses)),
  );
  const known = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const [failed] = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  if (failed && known.length === 0) throw failed;
  return addresses.map((_, index) => known.map((contacts) => contacts[index] ?? null).find(Boolean) ?? null);
};
