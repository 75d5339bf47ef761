import { setTimeout as delay } from "node:timers/promises";
import { ofAttachmentId } from "../../src/connectors/connector.js";
import { listActivity } from "../../src/unified/activity/list.js";
import { sendEmail } from "../../src/unified/email/send.js";
import { MAILBOX } from "../../test/servers/dovecot.js";
import { bytesOf, measure } from "../../test/support/bytes.js";
import { type Acting, type Action, type Actions, between, chance, checkEach, nextNumber } from "./acting.js";

/** Mails and events of one account at most. */
const MOST = 60;

const email = ({ account }: Acting) => account.apis(false).email;
const calendar = ({ account }: Acting) => account.apis(false).calendar;

const mails: Action = async (acting) => {
  const query = chance(0.2) ? { query: "soak" } : chance(0.2) ? { unread: true } : {};
  const { items } = await email(acting).messages.list({ ...query, cursor: null, limit: between(1, 40) });
  for (const { id, attachments } of items) {
    acting.subject.mails.add(id.native);
    for (const attachment of attachments) if (attachment.id) acting.subject.attachments.add(attachment.id.native);
  }
};
const getMails: Action = async (acting) => {
  const ids = Array.from({ length: 8 }, () => acting.subject.mails.any()).filter((id) => id !== undefined);
  if (ids.length === 0) return false;
  checkEach(await email(acting).messages.getMany(ids));
};
const bodies: Action = async (acting) => {
  const id = acting.subject.mails.any();
  if (id === undefined) return false;
  checkEach(await email(acting).bodies([id]));
};
const mark: Action = async (acting) => {
  const id = acting.subject.mails.any();
  if (id === undefined) return false;
  await email(acting).messages.update(id, { read: chance(0.5) });
};
const attachment: Action = async (acting) => {
  const id = acting.subject.attachments.any();
  if (id === undefined) return false;
  const { parent, part } = ofAttachmentId(id);
  const { body } = await email(acting).attachment(parent, part);
  if (chance(0.7)) await measure(body);
  else body.on("error", () => undefined).destroy();
};
const send: Action = async (acting) => {
  if (acting.subject.mails.size >= MOST) return dropMail(acting);
  const sender = { id: null, name: null, email: MAILBOX };
  const sent = await sendEmail(acting.account, {
    // A folder has no address of its own.
    ...(acting.account.connector.service === "local" ? { from: sender } : {}),
    to: [{ id: null, name: null, email: MAILBOX }],
    bcc: [],
    replyTo: [],
    subject: `soak ${nextNumber()}`,
    text: "Hello.",
    html: null,
    attachments: chance(0.5) ? [{ source: { bytes: bytesOf(between(1, 200_000)) }, name: "soak.bin" }] : [],
  });
  acting.subject.mails.add(sent.id.native);
};
const dropMail: Action = async (acting) => {
  const id = acting.subject.mails.take();
  if (id === undefined) return false;
  await email(acting).messages.delete(id, { permanent: true });
};
const folders: Action = (acting) => email(acting).folders.list({ cursor: null, limit: 100 });

const start = (): Date => new Date(Date.UTC(2026, between(0, 11), between(1, 28), between(0, 23)));
const later = (date: Date, hours: number): string => new Date(date.getTime() + hours * 3_600_000).toISOString();

const events: Action = async (acting) => {
  const from = start();
  const window = { start: from.toISOString(), end: later(from, 24 * 31) };
  await calendar(acting).events.list({ ...window, expand: chance(0.7), cursor: null, limit: 50 });
};
const createEvent: Action = async (acting) => {
  if (acting.subject.events.size >= MOST) return dropEvent(acting);
  const from = start();
  const made = await calendar(acting).events.create({
    calendar: "primary",
    name: `soak ${nextNumber()}`,
    start: from.toISOString(),
    end: later(from, 1),
    recurrence: chance(0.2) ? ["RRULE:FREQ=WEEKLY;COUNT=10"] : [],
  });
  acting.subject.events.add(made.id.native);
};
const getEvent: Action = async (acting) => {
  const id = acting.subject.events.any();
  if (id === undefined) return false;
  await calendar(acting).events.get(id);
};
const updateEvent: Action = async (acting) => {
  const id = acting.subject.events.any();
  if (id === undefined) return false;
  await calendar(acting).events.update(id, { name: `soak ${nextNumber()}` });
};
const dropEvent: Action = async (acting) => {
  const id = acting.subject.events.take();
  if (id === undefined) return false;
  await calendar(acting).events.delete(id);
};
const calendars: Action = (acting) => calendar(acting).calendars.list({ cursor: null, limit: 50 });
const busy: Action = async (acting) => {
  const from = start();
  checkEach(await calendar(acting).busy(["primary"], { start: from.toISOString(), end: later(from, 24 * 7) }));
};

const contacts: Action = async ({ account }) => {
  const { contacts } = account.apis(false).crm;
  const { items } = await contacts.list({ cursor: null, limit: between(1, 50) });
  checkEach(await contacts.getMany(items.map(({ id }) => id.native)));
};
const incidents: Action = ({ account }) => account.apis(false).itsm.incidents.list({ cursor: null, limit: 30 });
const chats: Action = ({ account }) => account.apis(false).messaging.conversations.list({ cursor: null, limit: 30 });
const users: Action = ({ account }) => account.apis(false).team.users.list({ cursor: null, limit: 30 });

const activity: Action = async ({ account }) => {
  const { upTo } = await listActivity(account, { after: null, limit: 50 });
  await account.session.unified.store.activity.read({ accounts: [account.account], after: upTo, limit: 1 });
};
/** Somebody listens for a while. */
const listen: Action = async ({ account }) => {
  const stop = new AbortController();
  const listening = account.session.unified.feeds.listen(account.application, account.account, stop.signal);
  await delay(between(100, 5_000));
  stop.abort();
  checkEach([listening.failure]);
};

export const MAILS: Actions = {
  mails: [10, mails],
  getMails: [6, getMails],
  bodies: [4, bodies, "bodies"],
  mark: [3, mark, "messages.update"],
  attachment: [4, attachment, "attachment"],
  send: [4, send, "send"],
  dropMail: [3, dropMail, "messages.delete"],
  mailFolders: [2, folders, "folders.list"],
};
export const EVENTS: Actions = {
  events: [8, events],
  createEvent: [5, createEvent],
  getEvent: [5, getEvent],
  updateEvent: [3, updateEvent],
  dropEvent: [3, dropEvent],
  calendars: [2, calendars],
  busy: [2, busy, "busy"],
};
export const CRM: Actions = { contacts: [6, contacts] };
export const ITSM: Actions = { incidents: [3, incidents] };
export const CHATS: Actions = { chats: [3, chats] };
export const TEAM: Actions = { users: [3, users] };
export const ACTIVITY: Actions = { activity: [3, activity], listen: [2, listen] };
