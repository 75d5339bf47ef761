import type { EmailMessage } from "../../../schema/email/message.js";
import { Broken, toApiError } from "../../errors.js";
import type { Context, EmailBody } from "../connector.js";
import { explain, isRefusal, notFound } from "./errors.js";
import { type MailName, messageId, ofMessageId } from "./ids.js";
import { HEAD, headersOf, type Told, toMessage } from "./map.js";
import type { Found } from "./rank.js";
import type { Box, Session } from "./session.js";
import { bodiesOf, snippetsOf } from "./texts.js";
import { inSession } from "./transport.js";

/** Mails of the open folder by their UIDs. */
export const tell = async (session: Session, box: Box, uids: readonly number[]): Promise<Told[]> => {
  const wires = await session.fetch(uids, HEAD);
  const snippets = await snippetsOf(session, wires);
  const told: Told[] = [];
  for (const wire of wires)
    told.push({ box, wire, headers: await headersOf(wire), snippet: snippets.get(wire.uid) ?? null });
  return told;
};

/** Looks at mails that were found, folder by folder: what the work gives for each, in their order, without those that are gone. */
export const lookAt = async <Result>(
  session: Session,
  found: readonly Found[],
  work: (box: Box, uids: readonly number[]) => Promise<ReadonlyMap<number, Result>>,
): Promise<Map<Found, Result>> => {
  const seen = new Map<Found, Result>();
  for (const group of Map.groupBy(found, ({ folder }) => folder).values()) {
    const [{ box }] = group as [Found];
    await session.reopen(box);
    const byUid = await work(
      box,
      group.map(({ uid }) => uid),
    );
    for (const one of group) {
      const result = byUid.get(one.uid);
      if (result !== undefined) seen.set(one, result);
    }
  }
  return new Map(found.filter((one) => seen.has(one)).map((one) => [one, seen.get(one) as Result]));
};

/** Mails that were found, as they are told. */
export const read = (session: Session, found: readonly Found[]): Promise<Map<Found, Told>> =>
  lookAt(session, found, async (box, uids) => {
    const told = await tell(session, box, uids);
    return new Map(told.map((one) => [one.wire.uid, one]));
  });

/** A mail of the open folder. Throws `not_found`. */
export const tellOne = async (context: Context, session: Session, box: Box, uid: number): Promise<EmailMessage> => {
  const [told] = await tell(session, box, [uid]);
  if (!told) throw notFound();
  return toMessage(context, told);
};

export const get = (context: Context, id: string): Promise<EmailMessage> => {
  const { folder, uidValidity, uid } = ofMessageId(id);
  return inSession(context, async (session) =>
    tellOne(context, session, await session.open(folder, { uidValidity }), uid),
  );
};

export const getMany = (context: Context, ids: readonly string[]): Promise<(EmailMessage | Error)[]> =>
  byFolder(context, ids, async (session, box, uids) => {
    const told = await tell(session, box, uids);
    return new Map(told.map((one) => [one.wire.uid, toMessage(context, one)]));
  });

export const bodies = (context: Context, ids: readonly string[]): Promise<(EmailBody | Error)[]> =>
  byFolder(context, ids, async (session, _box, uids) =>
    bodiesOf(session, await session.fetch(uids, { bodyStructure: true })),
  );

type Work<Result> = (session: Session, box: Box, uids: readonly number[]) => Promise<Map<number, Result | Error>>;

/** Reads mails that are named by their ids, folder by folder; aligned, an `Error` for each that is not there. */
const byFolder = <Result>(
  context: Context,
  ids: readonly string[],
  work: Work<Result>,
): Promise<(Result | Error)[]> => {
  const names = ids.map(nameOrNull).filter((name) => name !== null);
  const groups = Map.groupBy(names, ({ folder, uidValidity }) => `${uidValidity}.${folder}`);
  return inSession(context, async (session) => {
    const found = new Map<string, Result | Error>();
    for (const group of groups.values())
      for (const [id, result] of await ofGroup(session, group, work)) found.set(id, result);
    return ids.map((id) => found.get(id) ?? notFound());
  });
};

const ofGroup = async <Result>(
  session: Session,
  group: readonly MailName[],
  work: Work<Result>,
): Promise<[string, Result | Error][]> => {
  const [{ folder, uidValidity }] = group as [MailName];
  const named = (uid: number): string => messageId({ folder, uidValidity, uid });
  try {
    const box = await session.open(folder, { uidValidity });
    const results = await work(
      session,
      box,
      group.map(({ uid }) => uid),
    );
    return [...results].map(([uid, result]) => [named(uid), result]);
  } catch (thrown) {
    const error = toApiError(explain(thrown));
    // A folder that is not there, or not for us, says nothing of the others; a broken connection does.
    if (error instanceof Broken || (error !== thrown && !isRefusal(thrown))) throw thrown;
    return group.map(({ uid }) => [named(uid), error]);
  }
};

const nameOrNull = (id: string): MailName | null => {
  try {
    return ofMessageId(id);
  } catch {
    return null;
  }
};
