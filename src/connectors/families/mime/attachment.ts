import { PassThrough, pipeline, type Readable } from "node:stream";
import { ApiError } from "../../../errors.js";
import type { Source } from "./message.js";
import { LimitReached } from "./parser.js";
import { Parts } from "./parts.js";

/**
 * The decoded bytes of one part, by the `id` that `readMessage` gave it, no faster than they are read. The source is destroyed
 * when they end and when the reader leaves. Throws `not_found` for an id the message has not; a message that breaks off
 * before the part ends fails the stream.
 */
export const openAttachment = async (source: Source, id: string): Promise<Readable> => {
  const parts = new Parts(source);
  try {
    for (let part = await parts.next(); part; part = await parts.next())
      if (part.id === id) {
        const body = new PassThrough();
        pipeline(part.content, body, () => parts.close());
        return body;
      }
  } catch (error) {
    parts.close();
    if (!(error instanceof LimitReached)) throw error;
  }
  parts.close();
  throw new ApiError("not_found", `the message has no attachment ${JSON.stringify(id.slice(0, 50))}`);
};
