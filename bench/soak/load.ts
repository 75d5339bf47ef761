import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { TestServing } from "../../test/support/serving.js";
import { type Action, between, chance, pick, Seen, type Subject, Wrong } from "./acting.js";
import { FILES } from "./files.js";
import type { HttpCallers } from "./http.js";
import { ACTIVITY, CHATS, CRM, EVENTS, ITSM, MAILS, TEAM } from "./others.js";
import type { Outcomes } from "./outcomes.js";

/** Callers at once. */
const CALLERS = 28;
/** Share of operations whose caller goes before they end, within so many milliseconds. */
const LEAVING = 0.05;
const LEAVES_WITHIN = 1_000;
/** Share of operations that come over HTTP. */
const HTTP = 0.04;
/** Milliseconds after which an operation hangs, all its calls with their deadlines together. */
const HANGS = 240_000;

export interface LoadParts {
  serving: TestServing;
  subjects: readonly Subject[];
  outcomes: Outcomes;
  http: HttpCallers;
}

/** What an account starts with: a folder of its own, a calendar, none of it through the load. */
export const subjectOf = async (name: string, account: ConnectedAccount): Promise<Subject> => {
  const folder = account.has("storage")
    ? (await account.storage.createFolder({ parent: ROOT, name: "soak" })).id.native
    : null;
  const { calendars } = account.apis(false).calendar;
  if (account.has("calendar") && calendars.can("create")) {
    const { items } = await calendars.list({ cursor: null, limit: 1 });
    if (items.length === 0) await calendars.create({ name: "Soak" });
  }
  const seen = { mails: new Seen(), attachments: new Seen(), events: new Seen() };
  return { name, number: account.account, folder, files: new Map(), ...seen };
};

/** All that can be asked of an account, as often as its weight says. */
const actionsOf = (account: ConnectedAccount): { kind: string; action: Action }[] => {
  const { storage, email, calendar } = account.apis(false);
  const offered = [
    [account.has("storage"), FILES, storage],
    [account.has("email"), MAILS, email],
    [account.has("calendar"), EVENTS, calendar],
    [account.has("crm"), CRM, null],
    [account.has("itsm"), ITSM, null],
    [account.has("messaging"), CHATS, null],
    [account.has("team"), TEAM, null],
    [account.has("events") || account.has("storage"), ACTIVITY, null],
  ] as const;
  return offered.flatMap(([isThere, actions, operations]) =>
    isThere
      ? Object.entries(actions).flatMap(([kind, [weight, action, needs]]) =>
          needs === undefined || can(operations, needs) ? Array.from({ length: weight }, () => ({ kind, action })) : [],
        )
      : [],
  );
};

/** `search`, `messages.update` */
const can = (operations: object | null, path: string): boolean => {
  const names = path.split(".");
  const holder = names
    .slice(0, -1)
    .reduce((at, name) => (at as Record<string, object>)[name] as object, operations as object);
  return (holder as { can(name: string): boolean }).can(names.at(-1) as string);
};

/** Callers of every account, until the signal fires. */
export const load = async (parts: LoadParts, signal: AbortSignal): Promise<void> => {
  const { serving, subjects, outcomes, http } = parts;
  const { unified, application } = serving.core;
  const internal = unified.internal(application, signal, false);
  const actions = new Map(
    await Promise.all(
      subjects.map(async (subject) => [subject, actionsOf(await internal.account(subject.number))] as const),
    ),
  );

  const one = async (subject: Subject): Promise<void> => {
    const { kind, action } = pick(actions.get(subject) ?? []) ?? {};
    if (kind === undefined || !action) return;
    const leaving = new AbortController();
    const leave = () => leaving.abort();
    const timer = chance(LEAVING) ? setTimeout(leave, between(0, LEAVES_WITHIN)) : undefined;
    const session = unified.internal(application, leaving.signal, false);
    try {
      const account = await session.account(subject.number);
      const open = (other: Subject) => session.account(other.number);
      const did = await within(HANGS, `${subject.name}, ${kind}`, action({ subject, account, open, leave, subjects }));
      if (did !== false) outcomes.ok(subject.name, kind);
    } catch (error) {
      outcomes.failed(subject.name, kind, error, leaving.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  };
  const overHttp = async (subject: Subject): Promise<void> => {
    const [kind, work] = chance(0.5)
      ? (["graphql", http.graphql()] as const)
      : (["rest", http.rest(subject.number)] as const);
    await within(HANGS, kind, work).then(
      () => outcomes.ok(kind, kind),
      (error: unknown) => outcomes.failed(kind, kind, error, false),
    );
  };
  const caller = async (): Promise<void> => {
    while (!signal.aborted) {
      const subject = pick(subjects) as Subject;
      await (chance(HTTP) ? overHttp(subject) : one(subject));
      // Nobody asks without a pause.
      await delay(between(0, 20));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
};

const within = async <Result>(milliseconds: number, what: string, work: Promise<Result>): Promise<Result> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Wrong(`${what} hangs`)), milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
