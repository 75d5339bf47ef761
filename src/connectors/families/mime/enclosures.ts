import { Readable } from "node:stream";
import { ApiError } from "../../../errors.js";
import type { EmailAttachment } from "../../connector.js";
import type { DraftAttachment } from "./draft.js";

/** An attachment whose bytes are opened when its turn comes. */
export const toDraftAttachment = (attachment: EmailAttachment): DraftAttachment => ({
  name: attachment.name,
  mimeType: attachment.mimeType,
  size: attachment.size,
  contentId: attachment.contentId,
  inline: attachment.contentId !== null,
  body: Readable.from(bytesWhenWanted(attachment), { objectMode: false }),
});
async function* bytesWhenWanted({ open }: EmailAttachment): AsyncGenerator<Buffer> {
  yield* await open();
}

/** What a mail may say beside what the model knows: further fields of its head. */
export const toDraftHeaders = (raw: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      if (typeof value !== "string") throw new ApiError("invalid_parameters", `The header field ${name} must be text.`);
      return [name, value];
    }),
  );
