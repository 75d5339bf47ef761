import type { EmailMessage } from "../../../schema/email/message.js";
import type { EmailBody } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../account.js";

/** Mails of one call for their texts. */
export const MOST_BODIES = 100;

/** The same mails with their texts, those that came without read in one call for each hundred of them. */
export const withBodies = async (
  account: ConnectedAccount,
  messages: readonly EmailMessage[],
): Promise<EmailMessage[]> => {
  const { email } = account.apis(false);
  const lacking = messages.filter(({ text, html }) => text === undefined || html === undefined);
  const bodies = new Map<EmailMessage, EmailBody>();
  if (email.can("bodies"))
    for (let start = 0; start < lacking.length; start += MOST_BODIES) {
      const batch = lacking.slice(start, start + MOST_BODIES);
      const read = await email.bodies(batch.map(({ id }) => id.native));
      for (const [index, message] of batch.entries()) bodies.set(message, bodyOf(read[index]));
    }
  return messages.map((message) => {
    const { text, html } = bodies.get(message) ?? NONE;
    return { ...message, text: message.text ?? text, html: message.html ?? html };
  });
};

const NONE: EmailBody = { text: null, html: null };

/** Of a mail that was deleted since it was listed there is no text any more. */
const bodyOf = (read: EmailBody | Error | undefined): EmailBody => {
  if (!(read instanceof Error)) return read ?? NONE;
  if (read instanceof ApiError && read.code === "not_found") return NONE;
  throw read;
};
