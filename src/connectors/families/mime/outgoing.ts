import { Readable } from "node:stream";
import { ApiError } from "../../../errors.js";
import type { EmailAttachment } from "../../connector.js";

/** An attachment of a draft as `compose` takes it. */
export const toPart = (attachment: EmailAttachment) => ({
  name: attachment.name,
  mimeType: attachment.mimeType,
  size: attachment.size,
  contentId: attachment.contentId,
  inline: attachment.contentId !== null,
  body: Readable.from(bytesWhenWanted(attachment), { objectMode: false }),
});
/** Opened when its turn comes. */
async function* bytesWhenWanted({ open }: EmailAttachment): AsyncGenerator<Buffer> {
  yield* await open();
}

/** What a mail may say beside what the model knows: further fields of its head. */
export const toHeaders = (raw: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      if (typeof value !== "string") throw new ApiError("invalid_parameters", `The header field ${name} must be text.`);
      return [name, value];
    }),
  );
