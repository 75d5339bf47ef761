import type { EmailMessage } from "../../../schema/email/message.js";
import { ApiError } from "../../errors.js";
import type { Context, EmailChange } from "../connector.js";
import { notFound } from "./errors.js";
import { findFolder, folderOf } from "./folders.js";
import { ofMessageId } from "./ids.js";
import { tellOne } from "./reading.js";
import { inSession } from "./transport.js";

/** Marks are flags; a mail that moves gets another name, and therefore another id. */
export const update = async (
  context: Context,
  id: string,
  { labels, folder, read, starred, raw }: EmailChange,
): Promise<EmailMessage> => {
  if (labels) throw new ApiError("not_implemented", "IMAP has folders, and no labels.");
  const [field] = Object.keys(raw ?? {});
  if (field !== undefined) throw new ApiError("invalid_parameters", `A mail has no field ${JSON.stringify(field)}.`);
  const { uid, uidValidity, ...from } = ofMessageId(id);
  return inSession(context, async (session, loan) => {
    const target = folder === undefined || folder === from.folder ? null : await findFolder(session, folder);
    if (target?.flags.has("\\Noselect"))
      throw new ApiError("invalid_parent_folder", "This folder holds other folders, and no mails.");
    const box = await session.open(from.folder, { uidValidity, writes: true });
    loan.signal.throwIfAborted();
    for (const how of ["+", "-"] as const) {
      const flags = [];
      if (read === (how === "+")) flags.push("\\Seen");
      if (starred === (how === "+")) flags.push("\\Flagged");
      if (flags.length > 0) await session.mark(uid, how, flags);
    }
    if (!target) return tellOne(context, session, box, uid);
    loan.changing();
    const moved = await session.move(uid, target.path);
    return tellOne(context, session, await session.open(target.path, moved), moved.uid);
  });
};

/** Into the trash, wherever the account has it. */
export const remove = (context: Context, id: string, { permanent }: { permanent: boolean }): Promise<void> => {
  const { uid, uidValidity, folder } = ofMessageId(id);
  let wasThere = false;
  return inSession(context, async (session, { signal }) => {
    const trash = permanent ? null : await folderOf(session, "\\Trash");
    if (!permanent && !trash)
      throw new ApiError("not_implemented", "The account has no trash; a mail can only be deleted for good.");
    await session.open(folder, { uidValidity, writes: true });
    const isThere = (await session.fetch([uid], { uid: true })).length > 0;
    if (!isThere && wasThere) return; // the answer of the first time was lost
    if (!isThere) throw notFound();
    wasThere = true;
    signal.throwIfAborted();
    if (!trash || trash.path === folder) await session.expunge(uid);
    else await session.move(uid, trash.path);
  });
};
