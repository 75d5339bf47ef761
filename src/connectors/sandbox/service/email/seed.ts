import type { Contents } from "../contents.js";
import { dealsOf } from "../crm/seed.js";
import { encode, landscape } from "../images.js";
import { between, pick, type Random, randomOf } from "../random.js";
import { ascii, pdf, sentence } from "../seeds.js";
import type { Seed, Sow } from "../shelf/seeding.js";
import type { Thing } from "../shelf/shelf.js";
import { seededId, type World, type WorldContact } from "../world.js";
import { FOLDER, LABEL, type Mail, type MailAddress, type MailFolder, MESSAGE, THREAD } from "./kinds.js";
import { snippetOf, textOf } from "./text.js";
import { threadOf } from "./threads.js";

const MINUTE = 60_000; // milliseconds
const DAY = 1_440 * MINUTE;
const MAILS = { small: 80, large: 50_000 } as const;
/** How many different attachments of each sort a large account shares. */
const SHARED = 10;

const [INBOX, SENT, DRAFTS, ARCHIVE, TRASH, CUSTOMERS, OFFERS] = Array.from({ length: 7 }, (_, number) =>
  seededId("fld", number),
) as [string, string, string, string, string, string, string];
const FOLDERS: readonly (readonly [id: string, MailFolder])[] = [
  [INBOX, { name: "Inbox", role: "inbox", parent_id: null }],
  [SENT, { name: "Sent", role: "sent", parent_id: null }],
  [DRAFTS, { name: "Drafts", role: "drafts", parent_id: null }],
  [ARCHIVE, { name: "Archive", role: "archive", parent_id: null }],
  [TRASH, { name: "Trash", role: "trash", parent_id: null }],
  [CUSTOMERS, { name: "Customers", role: null, parent_id: null }],
  [OFFERS, { name: "Offers & Überblick", role: null, parent_id: CUSTOMERS }],
];
const LABELS = ["Important", "Follow up", "Überfällig", "Receipts"];

/** What a mail is about to carry. */
type Enclosure = Pick<Mail["attachments"][number], "name" | "mime_type" | "content_id"> & { bytes: Uint8Array };

/** Conversations with the world's contacts and colleagues, from the newest to the oldest. */
export const sowEmail =
  (contents: Contents): Sow =>
  (world, { account }) => {
    const kept = new Map<string, { content: number; size: number }>();
    /** Bytes of one key are kept once. */
    const enclose = (mail: string, key: string, make: () => Enclosure, number: number): Mail["attachments"][number] => {
      const { bytes, ...named } = make();
      let place = kept.get(key);
      if (!place) {
        place = contents.keep(account.number, bytes);
        kept.set(key, place);
      }
      contents.hold({ account: account.number, kind: MESSAGE.name, id: mail }, place.content);
      const { content, size } = place;
      return { id: String(number), ...named, inline: named.content_id !== null, size, content };
    };
    return sowAll(world, enclose);
  };

type Enclose = (mail: string, key: string, make: () => Enclosure, number: number) => Mail["attachments"][number];

function* sowAll(world: World, enclose: Enclose): Generator<Seed> {
  const { size, today, colleagues, contacts } = world;
  const isSmall = size === "small";
  const random = randomOf(`mails of ${colleagues.map(({ id }) => id).join()}`);
  const first = new Date(today - 900 * DAY).toISOString();
  const times = { created_at: first, modified_at: first };
  for (const [id, body] of FOLDERS) yield seed(FOLDER, { id, ...times, body });
  for (const [number, name] of LABELS.entries())
    yield seed(LABEL, { id: seededId("lbl", number), ...times, body: { name } });

  const deals = dealsOf(world);
  const byCompany = Map.groupBy(contacts, ({ company }) => company.number);
  const me = addressOf(colleagues[0] as World["colleagues"][number]);
  let number = 0;
  for (let thread = 0; number < MAILS[size]; thread++) {
    const deal = deals[thread % deals.length] as (typeof deals)[number];
    const contact = pick(random, byCompany.get(deal.company.number) ?? contacts);
    const other = thread % 7 === 5 ? addressOf(pick(random, colleagues.slice(1))) : addressOfContact(contact);
    const topic = topicOf(random, thread, deal.name);
    const length = topic.single ? 1 : between(random, 1, 5);
    const age = thread * (isSmall ? DAY : 60 * MINUTE) + between(random, 2, 3) * DAY;
    let moment = today - age;
    const things: Thing<Mail>[] = [];
    for (let place = 0; place < length; place++) {
      const id = seededId("msg", number++);
      const mine = (place + (topic.single ? 1 : thread)) % 2 === 0;
      const [from, to] = mine ? [me, other] : [other, me];
      const before = things.at(-1)?.body;
      const date = new Date(moment).toISOString();
      moment += between(random, 5, 600) * MINUTE;
      const copied = place > 0 && thread % 4 === 0 ? [addressOf(pick(random, colleagues.slice(1)))] : [];
      const greeting = `${pick(random, ["Hello", "Dear", "Hi"])} ${(to.name ?? "").split(" ")[0]},`;
      const words = [topic.opening(place), sentence(random), sentence(random)].join(" ");
      const quoted = before && isSmall ? `\n\n${before.from.name} wrote:\n${quote(before.text ?? "")}` : "";
      const text = `${greeting}\n\n${words}\n\nBest regards\n${from.name}${quoted}\n`;
      const enclosed = topic.enclosures(place, contact);
      const picture = enclosed.find(({ content_id }) => content_id !== null);
      const isHtml = (topic.html && (isSmall || topic.html === "only")) || picture !== undefined;
      const html = isHtml ? htmlOf(text, picture?.content_id ?? null) : null;
      const shared = isSmall ? ` ${thread}` : ` ${thread % SHARED}`;
      const plain = topic.html === "only" ? textOf(html ?? "") : text;
      const newest = place === length - 1;
      things.push({
        id,
        created_at: date,
        modified_at: date,
        body: {
          folder_id: topic.draft ? DRAFTS : mine ? SENT : topic.folder,
          labels: thread % 3 === 0 ? [seededId("lbl", thread % LABELS.length)] : [],
          thread_id: seededId("thr", thread),
          message_id: topic.draft ? null : `<${id}@${from.email.split("@")[1]}>`,
          in_reply_to: before?.message_id ?? null,
          references: things.map(({ body }) => body.message_id).filter((one) => one !== null),
          from,
          to: [to],
          cc: copied,
          bcc: [],
          reply_to: [],
          subject: before ? `Re: ${topic.subject}` : topic.subject,
          date,
          snippet: snippetOf(plain),
          text: plain,
          html,
          attachments: enclosed.map((one, index) => enclose(id, `${one.name}${shared}`, () => one, index + 1)),
          read: topic.draft || mine || !newest || thread % 3 !== 1,
          starred: thread % 11 === 2,
          draft: topic.draft,
          importance: thread % 13 === 3 ? "high" : "normal",
        },
      });
    }
    for (const thing of things) yield seed(MESSAGE, thing);
    yield seed(THREAD, threadOf(seededId("thr", thread), things.toReversed()));
  }
}

const seed = <Content extends Record<string, unknown>>(kind: unknown, thing: Thing<Content>): Seed =>
  ({ kind, thing }) as unknown as Seed;

interface Topic {
  subject: string;
  folder: string;
  /** One mail that nobody answers. */
  single: boolean;
  draft: boolean;
  html: "too" | "only" | null;
  opening(place: number): string;
  enclosures(place: number, contact: WorldContact): Enclosure[];
}

/** What the conversation of that number is about; the first ones show all that a mail can be. */
const topicOf = (random: Random, thread: number, deal: string): Topic => {
  const plain: Topic = {
    subject: `${deal}: ${pick(random, ["offer", "dates", "open questions", "next steps", "contract"])}`,
    folder: [INBOX, INBOX, CUSTOMERS, INBOX, ARCHIVE, INBOX, OFFERS][thread % 7] as string,
    single: false,
    draft: false,
    html: thread % 3 === 1 ? "too" : null,
    opening: (place) =>
      place === 0 ? `I am writing about ${deal}.` : pick(random, ["Thank you.", "That suits us.", "One more thing:"]),
    enclosures: () => [],
  };
  switch (thread % 12) {
    case 0:
      return { ...plain, enclosures: (place, { company }) => (place === 0 ? [offerFor(company.name)] : []) };
    case 3:
      return { ...plain, enclosures: (place) => (place === 0 ? [prices(), picture(thread)] : []) };
    case 4:
      return { ...plain, html: "too", enclosures: (place) => (place === 0 ? [logo(thread)] : []) };
    case 6:
      return { ...plain, subject: `Neuigkeiten № ${thread}: Grüße 🌷`, html: "only", single: true };
    case 8:
      return { ...plain, folder: TRASH, single: true };
    case 10:
      return thread < 30 ? { ...plain, draft: true, single: true } : plain;
    default:
      return plain;
  }
};

const offerFor = (company: string): Enclosure => ({
  name: `Offer ${company}.pdf`,
  mime_type: "application/pdf",
  content_id: null,
  bytes: pdf(`Offer for ${ascii(company)}`),
});
const prices = (): Enclosure => ({
  name: "Übersicht – Preise (名前).txt",
  mime_type: "text/plain",
  content_id: null,
  bytes: Buffer.from("Lizenz\t1.200 €\nSchulung\t800 €\n"),
});
const picture = (thread: number): Enclosure => ({ ...image(thread, "jpeg"), name: "site.jpg", content_id: null });
const logo = (thread: number): Enclosure => ({
  ...image(thread, "png"),
  name: "logo.png",
  content_id: "logo@sandbox.invalid",
});

const image = (thread: number, format: "jpeg" | "png") => ({
  mime_type: `image/${format}`,
  bytes: pictures.get(`${thread % SHARED} ${format}`) ?? drawn(thread % SHARED, format),
});
const pictures = new Map<string, Buffer>();
const drawn = (number: number, format: "jpeg" | "png"): Buffer => {
  const bytes = encode(landscape(randomOf(`picture ${number}`), 120, 80), format);
  pictures.set(`${number} ${format}`, bytes);
  return bytes;
};

const addressOf = ({ name, email }: World["colleagues"][number]): MailAddress => ({ name, email });
const addressOfContact = ({ first, last, email }: WorldContact): MailAddress => ({ name: `${first} ${last}`, email });

/** Two mails back at most: threads would grow by their square. */
const quote = (text: string): string =>
  text
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("> >"))
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");

const htmlOf = (text: string, contentId: string | null): string => {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const paragraphs = escaped.split("\n\n").map((part) => `<p>${part.trim().replace(/\n/g, "<br>")}</p>`);
  const shown = contentId === null ? "" : `<p><img src="cid:${contentId}" alt="logo"></p>`;
  return `<!doctype html><html><body>${paragraphs.join("")}${shown}</body></html>`;
};
