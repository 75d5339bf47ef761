import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, describe } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Person } from "../../schema/common/person.js";
import type { EmailMessage } from "../../schema/email/message.js";
import {
  type EmailAttachment,
  type EmailDraft,
  type EmailOperations,
  ofAttachmentId,
} from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Unified } from "../../src/unified/category.js";
import { brokenAfter, bytesOf, contentOf, measure, sha256, streamFrom, streamOf } from "../support/bytes.js";
import { fails } from "../support/fails.js";
import { type CollectionCase, casesOf, collectionCases, type OpenedCategory } from "./collection.js";
import { everyItem } from "./storage/bench.js";

export interface OpenedEmail extends OpenedCategory {
  /** The account's own address. */
  self: Person;
  /** Puts a message into the account as another mail server would bring it. Gives its native id. */
  deliver?(message: Buffer): Promise<string>;
  /** What is sent to the account's own address arrives in it. */
  arrives?: boolean;
}

const person = (email: string, name: string | null = null): Person => ({ id: null, name, email });
const KIM = person("kim@suite.example", 'Kim, the "Second"');
const UNAL = person("uenal@suite.example", "Ünal Öztürk 名前");

/** What every e-mail connector owes. The account begins with some mails, read and unread ones. */
export const emailConformance = (
  name: string,
  open: () => Promise<OpenedEmail>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: email`, () => {
    let opened: OpenedEmail | undefined;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const check = casesOf(name, deviations);
    const account = (): ConnectedAccount => (opened as OpenedEmail).account;
    const email = (): Unified<EmailOperations> => account().apis(false).email;
    const self = (): Person => (opened as OpenedEmail).self;
    const takes =
      (...operations: string[]) =>
      () =>
        operations.map((operation): [string, boolean] => {
          const [first = "", second] = operation.split(".");
          if (operation === "arriving mail") return [operation, opened?.arrives === true];
          if (operation === "delivering")
            return ["way to bring it a message of our own", opened?.deliver !== undefined];
          const of = second === undefined ? email() : email()[first as "messages"];
          const can = second === "read" ? of.can("get") || of.can("getMany") : of.can(second ?? first);
          return [`email.${operation}`, can];
        });
    const draft = (more: Partial<EmailDraft> = {}): EmailDraft => ({
      from: self(),
      to: [KIM],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: "From the suite",
      text: "Hello.",
      html: null,
      attachments: [],
      ...more,
    });
    const send = (more: Partial<EmailDraft> = {}): Promise<EmailMessage> => email().send(draft(more));
    const all = (query: object = {}): Promise<EmailMessage[]> =>
      everyItem(50, (paging) => email().messages.list({ ...query, ...paging }));
    const idOf = ({ id }: { id: Ref }): string => id.native;
    const people = (persons: readonly Person[]) => persons.map(({ name, email }) => [name, email]);
    const bytesOfPart = async (message: EmailMessage, part: number): Promise<Readable> => {
      const { parent, part: native } = ofAttachmentId(message.attachments[part]?.id?.native as string);
      assert.equal(parent, idOf(message));
      return (await email().attachment(parent, native)).body;
    };

    const collections = [
      {
        name: "email.messages",
        of: (account, raw) => account.apis(raw).email.messages,
        query: async () => ({}),
        shape(message) {
          for (const one of [...message.to, ...message.cc, ...message.bcc, ...message.replyTo])
            assert.ok(one.name !== null || one.email !== null);
          for (const { id, parentId } of message.attachments) {
            assert.equal(id?.type, "attachment");
            assert.equal(parentId?.native, message.id.native);
          }
          for (const id of [message.messageId, message.inReplyTo]) if (id !== null) assert.match(id, /^<[^<>\s]+>$/);
          assert.ok(message.folderId === null || message.folderId.type === "folder");
          assert.ok(message.threadId === null || message.threadId.type === "thread");
        },
      } satisfies CollectionCase<EmailMessage, object, object>,
      {
        name: "email.folders",
        of: (account, raw) => account.apis(raw).email.folders,
        query: async () => ({}),
        draft: async () => ({ name: "Suite & Söhne" }),
        changes: [{ change: { name: "Renamed" }, after: { name: "Renamed" } }],
        stay: ["role", "parentId", "name"],
        shape: (folder) => assert.ok(folder.name.length > 0),
      } satisfies CollectionCase<Folder, object, { name?: string }>,
      {
        name: "email.labels",
        of: (account, raw) => account.apis(raw).email.labels,
        query: async () => ({}),
        draft: async () => ({ name: "Suite, grün" }),
        changes: [{ change: { name: "Renamed" }, after: { name: "Renamed" } }],
        stay: ["name"],
        shape: (label) => assert.ok(label.name.length > 0),
      } satisfies CollectionCase<Label, object, { name?: string }>,
      {
        name: "email.threads",
        of: (account, raw) => account.apis(raw).email.threads,
        query: async () => ({}),
        shape: (thread) => assert.ok(thread.messageCount === null || thread.messageCount > 0),
      } satisfies CollectionCase<Thread, object, object>,
    ];
    for (const one of collections)
      describe(one.name, () =>
        collectionCases(check, account, one as unknown as CollectionCase<EmailMessage, object, object>),
      );

    check(
      "mails come newest first, and can be narrowed by time, by person and by what is unread",
      async () => {
        const whole = await all();
        const times = whole.map(({ created }) => Date.parse(created as string));
        assert.deepEqual(
          times,
          times.toSorted((one, other) => other - one),
        );
        const [since, until] = [whole.at(-2)?.created, whole[1]?.created] as [string, string];
        assert.deepEqual(
          (await all({ since, until })).map(idOf),
          whole
            .filter(
              ({ created }) =>
                Date.parse(created as string) >= Date.parse(since) && Date.parse(created as string) < Date.parse(until),
            )
            .map(idOf),
        );
        const participant = whole.find(({ author }) => author?.email)?.author?.email?.toUpperCase() as string;
        const theirs = await all({ participant });
        const among = ({ author, to, cc, bcc }: EmailMessage) =>
          [author, ...to, ...cc, ...bcc].some((one) => one?.email?.toUpperCase() === participant);
        assert.deepEqual(theirs.map(idOf), whole.filter(among).map(idOf));
        assert.deepEqual(await all({ participant: "nobody@nowhere.invalid" }), []);
        for (const unread of [true, false]) {
          const found = (await all({ unread })).map(idOf);
          assert.ok(found.length > 0);
          assert.deepEqual(found, whole.filter(({ read }) => read === !unread).map(idOf));
        }
      },
      takes("messages.list"),
    );

    check(
      "a folder's mails are those that say so",
      async () => {
        const whole = await all();
        const folders = await everyItem(50, (paging) => email().folders.list(paging));
        for (const folder of folders.slice(0, 4)) {
          const inside = await all({ folder: idOf(folder) });
          assert.deepEqual(
            inside.map(idOf),
            whole.filter(({ folderId }) => folderId?.native === idOf(folder)).map(idOf),
          );
          if (folder.totalCount !== null) assert.equal(inside.length, folder.totalCount);
          if (folder.unreadCount !== null)
            assert.equal(inside.filter(({ read }) => read === false).length, folder.unreadCount);
        }
      },
      takes("messages.list", "folders.list"),
    );

    check(
      "a search finds words of the subject, of the text and of names, in any case",
      async () => {
        const sent = await send({ subject: "Xylophon für Zwölf", text: "The word is Quetzalcoatl.", to: [UNAL] });
        for (const query of ["XYLOPHON", "quetzalcoatl", "öztürk", "zwölf quetzalcoatl"])
          assert.ok(
            (await all({ query })).some((one) => idOf(one) === idOf(sent)),
            query,
          );
        assert.deepEqual(await all({ query: "xylophon nowhere-at-all" }), []);
      },
      takes("send", "messages.list"),
    );

    check(
      "a list that is being read tells nothing twice, and nothing is lost, while mail arrives",
      async () => {
        const before = (await all()).map(idOf);
        const seen: string[] = [];
        let cursor: string | null = null;
        for (let pages = 0; ; pages++) {
          const page: Awaited<ReturnType<typeof list>> = await list(cursor);
          seen.push(...page.items.map(idOf));
          cursor = page.next;
          if (cursor === null) break;
          if (pages < 3) await send({ subject: `Meanwhile ${pages}` });
        }
        assert.equal(new Set(seen).size, seen.length);
        assert.deepEqual(
          seen.filter((id) => before.includes(id)),
          before,
        );
        function list(after: string | null) {
          return email().messages.list({ cursor: after, limit: 2 });
        }
      },
      takes("send", "messages.list"),
    );

    check(
      "what is sent reads as it was written: names with commas and from afar, both texts, the hidden recipients",
      async () => {
        const sent = await send({
          to: [KIM, UNAL],
          cc: [person("cc@suite.example")],
          bcc: [person("hidden@suite.example", "Hidden")],
          replyTo: [person("desk@suite.example", "Desk")],
          subject: "Angebot für „Köln“ – 価格 😀",
          text: "Grüße\n\nzwei Zeilen",
          html: "<p>Grüße</p><p>zwei <b>Zeilen</b></p>",
        });
        const read = await email().messages.get(idOf(sent));
        assert.deepEqual(people(read.to), people([KIM, UNAL]));
        assert.deepEqual(people(read.cc), [[null, "cc@suite.example"]]);
        assert.deepEqual(people(read.bcc), [["Hidden", "hidden@suite.example"]]);
        assert.deepEqual(people(read.replyTo), [["Desk", "desk@suite.example"]]);
        assert.equal(read.author?.email, self().email);
        assert.equal(read.subject, "Angebot für „Köln“ – 価格 😀");
        assert.match(read.snippet ?? "", /^Grüße zwei Zeilen/);
        const [body] = await email().bodies([idOf(sent)]);
        assert.ok(body && !(body instanceof Error));
        assert.equal(body.text?.trim(), "Grüße\n\nzwei Zeilen");
        assert.equal(body.html?.trim(), "<p>Grüße</p><p>zwei <b>Zeilen</b></p>");
        // A mail says its date to the second.
        const newest = (await all()).filter(({ created }, _, [first]) => created === first?.created);
        assert.ok(newest.some((one) => idOf(one) === idOf(sent)));
      },
      takes("send", "messages.read", "messages.list", "bodies"),
    );

    check(
      "texts are aligned with what was asked, one that is not there failing alone",
      async () => {
        const [one, other] = [await send({ text: "one" }), await send({ text: null, html: "<p>Only <i>HTML</i></p>" })];
        const bodies = await email().bodies([idOf(other), "0000000000nowhere", idOf(one)]);
        fails("not_found")(bodies[1]);
        const texts = bodies.map((body) => (body instanceof Error ? null : body.text?.trim()));
        assert.deepEqual(texts, ["Only HTML", null, "one"]);
      },
      takes("send", "bodies"),
    );

    check(
      "attachments come back byte by byte, with their names, the pictures of a text among them",
      async () => {
        const files = [
          { name: "Übersicht – Preise (名前).txt", mimeType: "text/plain", content: Buffer.from("€ 1\r\nend\n") },
          { name: 'a "quoted"; name=x.bin', mimeType: "application/octet-stream", content: bytesOf(70_001) },
          { name: "logo.png", mimeType: "image/png", content: bytesOf(999, "logo"), contentId: "logo@suite" },
          { name: "empty.dat", mimeType: "application/octet-stream", content: Buffer.alloc(0) },
        ];
        const sent = await send({
          html: '<p>Look: <img src="cid:logo@suite"></p>',
          attachments: files.map(({ content, contentId = null, ...named }) => ({
            ...named,
            contentId,
            size: content.length,
            open: async () => streamFrom(content),
          })),
        });
        const read = await email().messages.get(idOf(sent));
        assert.equal(read.attachments.length, files.length);
        for (const file of files) {
          const index = read.attachments.findIndex((one) => one.name === file.name);
          const found = read.attachments[index];
          assert.ok(found, `${file.name} is missing among ${read.attachments.map((one) => one.name).join()}`);
          assert.deepEqual([found.mimeType, found.inline], [file.mimeType, file.contentId !== undefined], file.name);
          assert.ok(found.size === null || found.size === file.content.length);
          assert.equal(sha256(await contentOf(await bytesOfPart(read, index))), sha256(file.content), file.name);
        }
        for (const id of ["99", "../1"]) await assert.rejects(email().attachment(idOf(sent), id), fails("not_found"));
      },
      takes("send", "messages.read", "attachment"),
    );

    check(
      "30 MB go up and come down in bounded memory",
      async () => {
        const size = 30_000_000;
        const live = liveMemory();
        const watched = async () => Readable.from(live.through(streamOf(size)), { objectMode: false });
        const attachment: EmailAttachment = {
          name: "big.bin",
          mimeType: "application/octet-stream",
          size,
          contentId: null,
          open: watched,
        };
        const sent = await send({ subject: "Big", attachments: [attachment] });
        const body = await bytesOfPart(sent, 0);
        const arrived = await measure(Readable.from(live.through(body), { objectMode: false }));
        assert.deepEqual(arrived, await measure(streamOf(size)));
        assert.ok(live.most() < 20 * 2 ** 20, `${live.most()} bytes were held at once`);
      },
      takes("send", "attachment"),
    );

    check(
      "an attachment that breaks off, or is not of its size, fails the mail as a whole",
      async () => {
        const before = (await all()).map(idOf);
        const wrong = (open: EmailAttachment["open"], size: number | null) =>
          send({ attachments: [{ name: "a", mimeType: "text/plain", size, contentId: null, open }] });
        await assert.rejects(wrong(async () => brokenAfter(200_000), 500_000));
        await assert.rejects(wrong(async () => streamOf(1000), 2000));
        await assert.rejects(wrong(() => Promise.reject(new ApiError("permission_denied", "no")), null));
        assert.deepEqual((await all()).map(idOf), before);
      },
      takes("send", "messages.list"),
    );

    check(
      "a reply and a forward stay in the thread of what they answer",
      async () => {
        const first = await send({ subject: "Quote" });
        const answers = (how: "reply" | "forward") => ({
          id: idOf(first),
          how,
          messageId: first.messageId,
          inReplyTo: first.inReplyTo,
          thread: first.threadId?.native ?? null,
        });
        const reply = await send({ subject: "Re: Quote", answers: answers("reply") });
        const forward = await send({ subject: "Fwd: Quote", answers: answers("forward") });
        assert.deepEqual([reply.inReplyTo, forward.inReplyTo], [first.messageId, null]);
        assert.deepEqual(
          [reply, forward].map((one) => one.threadId?.native),
          [first, first].map((one) => one.threadId?.native),
        );
        await assert.rejects(send({ answers: { ...answers("reply"), id: "0000000000nowhere" } }), fails("not_found"));
        if (!first.threadId || !email().threads.can("list")) return;
        const thread = await email().threads.get(first.threadId.native);
        if (thread.messageCount !== null) assert.equal(thread.messageCount, 3);
        assert.deepEqual(
          new Set((await all({ thread: idOf(thread) })).map(idOf)),
          new Set([first, reply, forward].map(idOf)),
        );
        assert.equal(thread.modified, forward.created);
      },
      takes("send"),
    );

    check(
      "who is in Bcc is told to nobody",
      async () => {
        const sent = await send({ to: [self()], bcc: [person("hidden@suite.example")], subject: "Secretly" });
        let arrived: EmailMessage[] = [];
        for (let tries = 0; arrived.length === 0 && tries < 100; tries++) {
          if (tries > 0) await delay(50);
          arrived = (await all({ query: "secretly" })).filter((one) => idOf(one) !== idOf(sent));
        }
        assert.equal(arrived.length, 1);
        assert.deepEqual(arrived[0]?.bcc, []);
        assert.equal(arrived[0]?.messageId, sent.messageId);
        assert.equal(arrived[0]?.read, false);
      },
      takes("send", "messages.list", "arriving mail"),
    );

    check(
      "a change of one thing leaves all else as it was",
      async () => {
        const mail = (await all()).find(({ read }) => read !== null) as EmailMessage;
        const id = idOf(mail);
        const told = (one: EmailMessage) =>
          JSON.parse(
            JSON.stringify({
              ...one,
              id: null,
              modified: null,
              folderId: one.folderId?.native,
              attachments: one.attachments.length,
            }),
          );
        let last = await email().messages.get(id);
        for (const change of [{ read: true }, { starred: true }, { read: false }, { starred: false }]) {
          const after = await email().messages.update(idOf(last), change);
          assert.deepEqual(told(after), { ...told(last), ...change });
          assert.deepEqual(told(await email().messages.get(idOf(after))), told(after));
          assert.equal(idOf(after), id, "a mark gave it another id");
          last = after;
        }
        const body = async () => JSON.stringify(await email().bodies([idOf(last)]));
        const texts = await body();
        await email().messages.update(idOf(last), {});
        assert.equal(await body(), texts);
        await assert.rejects(email().messages.update("0000000000nowhere", { read: true }), fails("not_found"));
      },
      takes("messages.update", "messages.list", "messages.read", "bodies"),
    );

    check(
      "a mail moves between folders, with its marks",
      async () => {
        const mail = (await all()).find(({ read, folderId }) => read === true && folderId) as EmailMessage;
        const folders = await everyItem(50, (paging) => email().folders.list(paging));
        for (const folder of folders) {
          if (idOf(folder) === mail.folderId?.native) continue;
          const moved = await email()
            .messages.update(idOf(mail), { folder: idOf(folder) })
            .catch((error: ApiError) => (error.code === "invalid_parent_folder" ? null : Promise.reject(error)));
          if (!moved) continue;
          assert.deepEqual([moved.folderId?.native, moved.read, moved.messageId], [idOf(folder), true, mail.messageId]);
          assert.ok((await all({ folder: idOf(folder) })).some((one) => idOf(one) === idOf(moved)));
          const back = await email().messages.update(idOf(moved), { folder: mail.folderId?.native as string });
          assert.equal(back.messageId, mail.messageId);
          // Where a place is part of the name, each move gives it another one, and the old ones are nobody's.
          for (const id of [idOf(mail), idOf(moved)])
            if (id !== idOf(back)) await assert.rejects(email().messages.get(id), fails("not_found"));
          return;
        }
        assert.fail("there is no folder that takes it");
      },
      takes("messages.update", "folders.list"),
    );

    check(
      "labels are those that were set, no more and no less",
      async () => {
        const labels = await everyItem(50, (paging) => email().labels.list(paging));
        const [one, other] = labels.map(idOf) as [string, string];
        const [mail] = await all();
        const set = async (...ids: string[]) => {
          const { labels, read, starred } = await email().messages.update(idOf(mail as EmailMessage), { labels: ids });
          assert.deepEqual([read, starred], [mail?.read, mail?.starred]);
          return labels.map(idOf).sort();
        };
        assert.deepEqual(await set(one, other), [one, other].sort());
        assert.ok((await all({ label: other })).some((found) => idOf(found) === idOf(mail as EmailMessage)));
        assert.deepEqual(await set(one), [one]);
        assert.ok(!(await all({ label: other })).some((found) => idOf(found) === idOf(mail as EmailMessage)));
        await assert.rejects(set("nothing"), fails("invalid_parameters", "not_found"));
        assert.deepEqual(await set(), []);
      },
      takes("messages.update", "labels.list"),
    );

    /** Where it has another id than before. */
    const inTrash = async (mail: EmailMessage, error: ApiError): Promise<EmailMessage> => {
      fails("not_found")(error);
      const trash = (await everyItem(50, (paging) => email().folders.list(paging))).find(
        ({ role }) => role === "trash",
      );
      const found = (await all({ folder: idOf(trash as Folder) })).find(
        ({ messageId }) => messageId === mail.messageId,
      );
      return found ?? assert.fail("it is not in the trash");
    };

    check(
      "what is deleted is in the trash first, then gone",
      async () => {
        const mail = (await all()).find(({ read }) => read !== null) as EmailMessage;
        await email().messages.delete(idOf(mail), { permanent: false });
        const trashed = await email()
          .messages.get(idOf(mail))
          .catch((error: ApiError) => inTrash(mail, error));
        await email().messages.delete(idOf(trashed), { permanent: false });
        await assert.rejects(email().messages.get(idOf(trashed)), fails("not_found"));
        await assert.rejects(email().messages.get(idOf(mail)), fails("not_found"));
        await assert.rejects(email().messages.delete(idOf(mail), { permanent: true }), fails("not_found"));
        const sent = await send();
        await email().messages.delete(idOf(sent), { permanent: true });
        await assert.rejects(email().messages.get(idOf(sent)), fails("not_found"));
      },
      takes("messages.delete", "messages.read", "send"),
    );

    check(
      "messages as others write them: groups, quoted commas, encoded words, old character sets, parts within parts",
      async () => {
        const id = await (opened as Required<OpenedEmail>).deliver(MESSAGE);
        const read = await email().messages.get(id);
        assert.deepEqual(people([read.author as Person]), [["Jürgen Müller", "juergen@example.com"]]);
        assert.deepEqual(people(read.to), [
          ["Doe, Jane", "jane@example.com"],
          ["Lee", "lee@example.com"],
          [null, "kim@example.com"],
        ]);
        assert.equal(read.subject, "Prüfung – 価格");
        assert.equal(read.created && Date.parse(read.created), Date.UTC(2026, 0, 2, 9));
        assert.deepEqual(
          read.attachments.map(({ name, mimeType, inline }) => [name, mimeType, inline]),
          [
            ["bild.png", "image/png", true],
            ["Übersicht €.txt", "text/plain", false],
          ],
        );
        const [body] = await email().bodies([id]);
        assert.ok(body && !(body instanceof Error));
        assert.equal(body.text?.trim(), "Grüße aus Köln");
        assert.match(body.html ?? "", /<b>Grüße<\/b>/);
        assert.equal((await contentOf(await bytesOfPart(read, 0))).toString(), "not really a picture");
        assert.equal((await contentOf(await bytesOfPart(read, 1))).toString(), "10 =E2=82=AC");
        const broken = await email().messages.get(
          await (opened as Required<OpenedEmail>).deliver(Buffer.from("no head at all")),
        );
        assert.deepEqual([broken.author, broken.subject, broken.attachments], [null, null, []]);
      },
      takes("delivering", "messages.read", "bodies", "attachment"),
    );
  });
};

type Folder = Awaited<ReturnType<Unified<EmailOperations>["folders"]["get"]>>;
type Label = Awaited<ReturnType<Unified<EmailOperations>["labels"]["get"]>>;
type Thread = Awaited<ReturnType<Unified<EmailOperations>["threads"]["get"]>>;

/** ISO 8859-1 where it says so; RFC 2047 in the head, RFC 2231 in a name that is continued. */
const MESSAGE = Buffer.from(
  [
    "From: =?iso-8859-1?Q?J=FCrgen_M=FCller?= <juergen@example.com>",
    'To: "Doe, Jane" <jane@example.com>, Team: Lee <lee@example.com>, kim@example.com;',
    "Subject: =?utf-8?B?UHLDvGZ1bmcg4oCTIOS+oeagvA==?=",
    "Date: Fri, 02 Jan 2026 10:00:00 +0100",
    "Message-ID: <one@example.com>",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="outer"',
    "",
    "--outer",
    'Content-Type: multipart/related; boundary="middle"',
    "",
    "--middle",
    'Content-Type: multipart/alternative; boundary="inner"',
    "",
    "--inner",
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Gr=FC=DFe aus K=F6ln",
    "--inner",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p><b>Grüße</b> aus Köln <img src=cid:bild></p>",
    "--inner--",
    "--middle",
    "Content-Type: image/png; name=bild.png",
    "Content-ID: <bild>",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("not really a picture").toString("base64"),
    "--middle--",
    "--outer",
    "Content-Type: text/plain",
    "Content-Disposition: attachment; filename*0*=utf-8''%C3%9Cbersicht;",
    " filename*1*=%20%E2%82%AC.txt",
    "",
    "10 =E2=82=AC",
    "--outer--",
    "",
  ].join("\r\n"),
);

/** What lives in memory beside the script's own objects, looked at while a stream passes. */
const liveMemory = () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const now = (): number => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = now();
  let most = 0;
  return {
    most: () => most - before,
    async *through(stream: Readable): AsyncGenerator<Buffer> {
      let passed = 0;
      for await (const chunk of stream) {
        passed += chunk.length;
        if (passed > 2 * 2 ** 20) {
          passed = 0;
          most = Math.max(most, now());
        }
        yield chunk;
      }
    },
  };
};
