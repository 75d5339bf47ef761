import type { FetchBodyPartQuery, FetchMessageObject } from "imapflow";
import { ApiError } from "../../errors.js";
import type { EmailBody } from "../connector.js";
import { combine } from "../families/mime/combine.js";
import { LIMITS } from "../families/mime/limits.js";
import { type Body, decode, snippetOf, textOfHtml } from "../families/mime/text.js";
import { decodeTransfer } from "../families/mime/transfer.js";
import type { Session } from "./session.js";
import { partsOf, type Text } from "./structure.js";

/** Bytes of a text from which its snippet is made, encoded. */
const BEGINNING = 2048;
/** Bytes of all texts in one answer. */
const TEXTS = 32 * 2 ** 20;

/** How the texts of mails in the open folder begin, by UID. One command for all whose text has the same place in them. */
export const snippetsOf = async (
  session: Session,
  wires: readonly FetchMessageObject[],
): Promise<Map<number, string | null>> => {
  const firsts = new Map<number, Text>();
  for (const { uid, bodyStructure } of wires) {
    const { texts } = partsOf(bodyStructure);
    const first = texts.find(({ mimeType }) => mimeType === "text/plain") ?? texts[0];
    if (first) firsts.set(uid, first);
  }
  const snippets = new Map<number, string | null>();
  for (const [part, uids] of alike([...firsts.keys()], (uid) => firsts.get(uid)?.id ?? "")) {
    for (const { uid, bodyParts } of await session.fetch(uids, { bodyParts: [{ key: part, maxLength: BEGINNING }] }))
      snippets.set(uid, await beginningOf(firsts.get(uid) as Text, bodyParts?.get(part)));
  }
  return snippets;
};

const beginningOf = async (text: Text, bytes: Buffer = Buffer.alloc(0)): Promise<string | null> => {
  const read = await decode(toBody(text, bytes));
  return snippetOf(text.mimeType === "text/plain" ? read : (await textOfHtml(read, read.length)).content);
};

/** The texts of mails in the open folder, by UID, an `Error` for what would be too much. */
export const bodiesOf = async (
  session: Session,
  wires: readonly FetchMessageObject[],
): Promise<Map<number, EmailBody | Error>> => {
  const bodies = new Map<number, EmailBody | Error>();
  const wanted = new Map<number, readonly Text[]>();
  let left = TEXTS;
  for (const { uid, bodyStructure } of wires) {
    const { texts } = partsOf(bodyStructure);
    left -= texts.reduce((sum, { size }) => sum + Math.min(size ?? LIMITS.textBytes, LIMITS.textBytes), 0);
    if (left < 0)
      bodies.set(uid, new ApiError("entity_too_large", "These texts are too long for one answer; ask for fewer."));
    else if (texts.length === 0) bodies.set(uid, { text: null, html: null });
    else wanted.set(uid, texts);
  }
  const shapeOf = (uid: number): string => (wanted.get(uid) ?? []).map(({ id }) => id).join();
  for (const [, uids] of alike([...wanted.keys()], shapeOf)) {
    const parts = (wanted.get(uids[0] as number) ?? []).map(
      ({ id }): FetchBodyPartQuery => ({ key: id, maxLength: LIMITS.textBytes }),
    );
    for (const { uid, bodyParts } of await session.fetch(uids, { bodyParts: parts })) {
      const texts = (wanted.get(uid) ?? []).map((text) => toBody(text, bodyParts?.get(text.id) ?? Buffer.alloc(0)));
      bodies.set(uid, await combine(texts, new Set()));
    }
  }
  return bodies;
};

const toBody = (text: Text, bytes: Buffer): Body => ({
  mimeType: text.mimeType,
  charset: text.charset,
  flowed: text.flowed,
  alternative: text.alternative,
  bytes: decodeTransfer(bytes, text.encoding),
  cut: text.size !== null && bytes.length < text.size,
});

const alike = (uids: readonly number[], keyOf: (uid: number) => string): Map<string, number[]> =>
  Map.groupBy(uids, keyOf);
