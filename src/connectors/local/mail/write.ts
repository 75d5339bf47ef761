import { mkdir, unlink } from "node:fs/promises";
import type { EmailMessage } from "../../../../schema/email/message.js";
import { ApiError } from "../../../errors.js";
import { type Context, type EmailChange, type EmailDraft, ROOT } from "../../connector.js";
import { composeMessage } from "../../families/mime/compose.js";
import { toDraftAttachment, toDraftHeaders } from "../../families/mime/enclosures.js";
import { readHeaders } from "../../families/mime/headers.js";
import { referencesTo } from "../../families/mime/references.js";
import { claiming, moveFile } from "../claim.js";
import { unless } from "../errors.js";
import { childId, notFound } from "../names.js";
import type { Place } from "../root.js";
import { upload } from "../upload.js";
import { type Filed, holderOf, isMaildir, locate, reading } from "./filed.js";
import { bytesOf, readById } from "./message.js";
import { messageId, toMaildirName } from "./names.js";

/** Marks by the flags in a Maildir's names, moves by another place for the file. */
export const update = async (
  context: Context,
  place: Place,
  id: string,
  { labels, folder, read, starred, raw }: EmailChange,
): Promise<EmailMessage> => {
  if (labels) throw new ApiError("not_implemented", "Mail files carry no labels.");
  const [field] = Object.keys(raw ?? {});
  if (field !== undefined)
    throw new ApiError("invalid_parameters", `A mail file has no field ${JSON.stringify(field)}.`);
  const filed = await locate(place, id);
  const marks = read !== undefined || starred !== undefined;
  if (marks && filed.within === null)
    throw new ApiError("not_implemented", "Only a Maildir keeps what is read and starred.");
  const flags = new Set(filed.flags);
  for (const [flag, set] of [["S", read] as const, ["F", starred] as const]) {
    if (set === true) flags.add(flag);
    if (set === false) flags.delete(flag);
  }
  const to = await placeFor(place, filed, folder ?? filed.folder, marks ? flags : null);
  if (holderOf(to) !== holderOf(filed) || to.name !== filed.name) await move(context, place, filed, to);
  return (await readById(context, place, messageId(to))).message;
};

/** Where a mail goes. From Maildir to Maildir, or from a plain folder to another: the two say different things of a mail. */
const placeFor = async (place: Place, filed: Filed, folder: string, flags: Set<string> | null): Promise<Filed> => {
  const isMoved = folder !== filed.folder;
  if (isMoved) {
    const takes = await place.withinParent(folder, isMaildir);
    if (takes !== (filed.within !== null))
      throw new ApiError("invalid_parent_folder", "A mail moves between Maildirs, or between folders of .eml files.");
  }
  if (filed.within === null) return { ...filed, folder };
  // What has been looked at lies in `cur`.
  if (!flags && !isMoved) return filed;
  const marked = flags ?? new Set(filed.flags);
  return {
    folder,
    unique: filed.unique,
    within: "cur",
    name: toMaildirName(filed.unique, marked),
    flags: [...marked].join(""),
  };
};

const move = (context: Context, place: Place, from: Filed, to: Filed): Promise<void> =>
  place.within(holderOf(from), (source) =>
    place.within(holderOf(to), (target) =>
      claiming(context, target, to.name, () => moveFile(source, from.name, target, to.name)),
    ),
  );

/** A Maildir has a flag for what is in the trash; a file of its own is gone at once. */
export const remove = async (
  context: Context,
  place: Place,
  id: string,
  { permanent }: { permanent: boolean },
): Promise<void> => {
  const filed = await locate(place, id);
  if (permanent || filed.within === null || filed.flags.includes("T")) {
    await place.within(holderOf(filed), (folder) => unlink(folder.path(filed.name)));
    return;
  }
  await move(context, place, filed, await placeFor(place, filed, filed.folder, new Set([...filed.flags, "T"])));
};

const OUTBOX = "Outbox";

/** Writes the mail into the folder of what is to be sent, from which a mail program or server takes it. */
export const send = async (context: Context, place: Place, draft: EmailDraft): Promise<EmailMessage> => {
  const { from, attachments, answers, raw, ...said } = draft;
  if (!from) throw new ApiError("invalid_parameters", "Say `from`: a folder has no address of its own.");
  const now = new Date();
  const { stream } = composeMessage(
    {
      ...said,
      from,
      date: now,
      ...(answers ? await chainOf(place, answers) : {}),
      attachments: attachments.map(toDraftAttachment),
      headers: toDraftHeaders(raw ?? {}),
    },
    // The sender's own copy, by which alone whoever sends it knows these recipients.
    { keepBcc: true },
  );
  await place.within(ROOT, (root) => unless(["EEXIST"], mkdir(root.path(OUTBOX))));
  const parent = childId(ROOT, OUTBOX);
  const file = await upload(context, place, { parent, name: nameOf(now, draft.subject), ifExists: "rename" }, stream);
  return (await readById(context, place, messageId({ folder: parent, unique: file.name }))).message;
};

const chainOf = async (place: Place, { id, how }: NonNullable<EmailDraft["answers"]>) => {
  const head = await reading(place, await locate(place, id), (handle) => readHeaders(bytesOf(handle)));
  if (!head) throw notFound();
  return { references: referencesTo(head), inReplyTo: how === "reply" ? head.messageId : null };
};

/** `2026-08-31 09.00.00 Quote.eml` */
const nameOf = (now: Date, subject: string | null): string => {
  const moment = now.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  const words = Array.from(
    (subject ?? "")
      .replace(/[^\p{L}\p{N} ,()-]+/gu, " ")
      .replace(/\s+/g, " ")
      .trim(),
  ).slice(0, 40);
  return `${moment} ${words.join("").trim() || "mail"}.eml`;
};
