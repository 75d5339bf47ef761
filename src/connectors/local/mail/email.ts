import { ApiError } from "../../../errors.js";
import type { EmailBody, EmailOperations } from "../../connector.js";
import { openAttachment } from "../../families/mime/attachment.js";
import type { AtPlace } from "../at.js";
import { explain } from "../errors.js";
import { holderOf, locate, locateIn } from "./filed.js";
import { folders } from "./folders.js";
import { readById, readFiled } from "./message.js";
import { messageId, ofMessageId } from "./names.js";
import { NewestMails } from "./newest.js";
import { remove, send, update } from "./write.js";

/** Mails of one page: each is read to its end, for what is attached stands there. */
const PAGE = 50;
/** Characters of all texts in one answer. */
const TEXTS = 32 * 2 ** 20;

/** Mail as files: folders of `.eml` files (RFC 5322) and Maildirs, wherever they lie in the account's folder. */
export const email = (at: AtPlace): EmailOperations => {
  const newest = new NewestMails();
  return {
    messages: {
      traits: { pageSize: PAGE, getMany: PAGE },
      list: at((context, place, query) =>
        newest.page(context, place, { ...query, limit: Math.min(query.limit, PAGE) }),
      ),
      get: at(async (context, place, id) => (await readById(context, place, id)).message),
      /** Mails of one folder are looked for together. */
      getMany: at(async (context, place, ids) => {
        const folders = new Map<string, Set<string>>();
        for (const id of ids) {
          const name = nameOrNull(id);
          if (name) folders.set(name.folder, (folders.get(name.folder) ?? new Set()).add(name.unique));
        }
        const found = new Map<string, Awaited<ReturnType<typeof locate>>>();
        for (const [folder, uniques] of folders) {
          const located = await locateIn(place, folder, uniques).catch(() => new Map<string, never>());
          for (const filed of located.values()) found.set(messageId(filed), filed);
        }
        const messages = [];
        for (const id of ids) {
          const filed = found.get(id);
          const read = async () =>
            (filed && (await readFiled(context, place, filed))) ?? (await readById(context, place, id));
          messages.push(
            await read().then(
              ({ message }) => message,
              (error: unknown) => explain(error) as Error,
            ),
          );
        }
        return messages;
      }),
      update: at(update),
      delete: at(remove),
    },
    folders: folders(at),

    bodies: at(async (context, place, ids) => {
      const bodies: (EmailBody | Error)[] = [];
      let left = TEXTS;
      for (const id of ids) {
        context.signal.throwIfAborted();
        try {
          if (left <= 0)
            throw new ApiError("entity_too_large", "These texts are too long for one answer; ask for fewer.");
          const { text, html } = (await readById(context, place, id)).mail;
          left -= (text?.length ?? 0) + (html?.length ?? 0);
          bodies.push({ text, html });
        } catch (error) {
          bodies.push(explain(error) as Error);
        }
      }
      return bodies;
    }),

    send: at(send),

    /** The decoded bytes as they are read; how many, nobody knows before. */
    attachment: at(async (_context, place, message, part) => {
      const filed = await locate(place, message);
      const handle = await place.within(holderOf(filed), (folder) => folder.file(filed.name));
      const body = await openAttachment(handle.createReadStream({ highWaterMark: 64 << 10 }), part);
      return { body, length: null, size: null, mimeType: null, etag: null, modified: null };
    }),
  };
};

const nameOrNull = (id: string) => {
  try {
    return ofMessageId(id);
  } catch {
    return null;
  }
};
