import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { stageUpload } from "../../src/unified/email/staged.js";
import { ask, codeOf, data } from "../support/ask.js";
import { streamFrom, streamOf } from "../support/bytes.js";
import { type TestCore, testCore } from "../support/core.js";

describe("mail in the graph", () => {
  let core: TestCore;
  let account: ConnectedAccount;
  let id: string;
  let self: string;
  before(async () => {
    core = await testCore();
    account = await core.connect("sandbox");
    id = String(account.id);
    self = account.record.name;
  });
  after(() => core.close());

  const inMailbox = async (selection: string, variables: Record<string, unknown> = {}, types = "") =>
    await ask(core, `query ($id: ID!${types}) { account(id: $id) { email { ${selection} } } }`, { id, ...variables });
  const mailbox = async (...parameters: Parameters<typeof inMailbox>) => {
    const { data: told, errors, calls } = await inMailbox(...parameters);
    assert.equal(errors, undefined, JSON.stringify(errors));
    return { ...told.account.email, calls };
  };
  const SEND = `mutation ($input: SendEmailInput!) { sendEmail(input: $input) { emailMessage {
    id subject messageId inReplyTo threadId to { name email } cc { email } bcc { email } text html
    folder { role } attachments { name mimeType size inline } } } }`;
  const send = async (input: object) =>
    (await data(core, SEND, { input: { account: id, ...input } })).sendEmail.emailMessage;
  const refused = async (input: object) => codeOf(await ask(core, SEND, { input: { account: id, ...input } }));

  test("an inbox as a frontend shows it: the texts of a page, and its folders, cost one call each", async () => {
    const { messages, calls } = await mailbox(`messages(first: 20) { nodes {
      id from { name email } author { email } subject snippet read starred labels { id name } text html
      folder { name role } attachments { id name downloadUrl } created } pageInfo { hasNextPage endCursor } totalCount }`);
    assert.equal(messages.nodes.length, 20);
    assert.equal(calls, 3, "the list, the texts, the folders");
    for (const mail of messages.nodes) {
      assert.equal(mail.from.email, mail.author.email);
      assert.ok(mail.text.length > 0 && mail.folder.name);
      for (const { downloadUrl } of mail.attachments)
        assert.match(downloadUrl, /^http:\/\/unigraph\.test\/attachments\//);
    }
    assert.ok(messages.totalCount >= 80);
    const next = await mailbox(
      `messages(first: 5, after: $after) { nodes { id } }`,
      { after: messages.pageInfo.endCursor },
      ", $after: String",
    );
    const seen = new Set(messages.nodes.map((one: { id: string }) => one.id));
    assert.ok(next.messages.nodes.every((one: { id: string }) => !seen.has(one.id)));
  });

  test("texts are not read when they are not asked for", async () => {
    const { calls } = await mailbox(`messages(first: 20) { nodes { id subject } }`);
    assert.equal(calls, 1);
  });

  test("every filter narrows the list", async () => {
    const { folders, labels, messages } = await mailbox(
      `folders { nodes { id name role parent { name } totalCount unreadCount } } labels { nodes { id name } }
       messages(first: 1000) { nodes { id read created threadId folder { id } labels { id } from { email } } }`,
    );
    const all = messages.nodes as {
      id: string;
      read: boolean;
      created: string;
      threadId: string;
      folder: { id: string };
      labels: { id: string }[];
      from: { email: string };
    }[];
    const inbox = folders.nodes.find(({ role }: { role: string }) => role === "inbox");
    const own = folders.nodes.find(({ parent }: { parent: object | null }) => parent !== null);
    assert.equal(own.parent.name, "Customers");
    const label = labels.nodes[0].id;
    const { threadId, created } = all.at(-1) as (typeof all)[number];
    const from = all.map((one) => one.from).find(({ email }) => email !== self) as { email: string };
    const list = async (argument: string, value: unknown, type: string) =>
      (
        await mailbox(`messages(first: 1000, ${argument}: $v) { nodes { id } }`, { v: value }, `, $v: ${type}`)
      ).messages.nodes.map((one: { id: string }) => one.id);
    const where = (is: (one: (typeof all)[number]) => boolean) => all.filter(is).map((one) => one.id);
    assert.deepEqual(
      await list("folder", inbox.id, "ID"),
      where((one) => one.folder.id === inbox.id),
    );
    assert.deepEqual(
      await list("label", label, "ID"),
      where((one) => one.labels.some((of) => of.id === label)),
    );
    assert.deepEqual(
      await list("thread", threadId, "ID"),
      where((one) => one.threadId === threadId),
    );
    assert.deepEqual(
      await list("unread", true, "Boolean"),
      where((one) => !one.read),
    );
    assert.deepEqual(
      await list("until", created, "DateTime"),
      where((one) => one.created < created),
    );
    assert.deepEqual(
      await list("since", created, "DateTime"),
      where((one) => one.created >= created),
    );
    const theirs = await list("participant", from.email, "String");
    assert.ok(theirs.length > 0 && theirs.length < all.length);
    assert.ok((await list("query", "preise", "String")).length > 0);
    assert.equal(codeOf(await inMailbox(`messages(query: " ") { nodes { id } }`)), "invalid_parameters");
    assert.equal(
      codeOf(await inMailbox(`messages(folder: $v) { nodes { id } }`, { v: label }, ", $v: ID")),
      "invalid_resource_type",
    );
  });

  test("threads with their mails, and a mail with its thread", async () => {
    const { threads, calls } = await mailbox(
      `threads(first: 5) { nodes { id subject messageCount participants { email } messages { nodes { id threadId } } } }`,
    );
    assert.equal(calls, 2);
    for (const thread of threads.nodes) {
      assert.equal(thread.messages.nodes.length, thread.messageCount);
      for (const mail of thread.messages.nodes) assert.equal(mail.threadId, thread.id);
    }
    const [{ messages }] = threads.nodes;
    const { message } = await mailbox(
      `message(id: $mail) { thread(first: 10) { nodes { id } totalCount } }`,
      { mail: messages.nodes[0].id },
      ", $mail: ID!",
    );
    assert.deepEqual(
      message.thread.nodes.map((one: { id: string }) => one.id),
      messages.nodes.map((one: { id: string }) => one.id),
    );
  });

  test("mail and its folders are found by node, and as what they are", async () => {
    const { messages } = await mailbox(`messages(first: 1) { nodes { id raw { type object } folder { id } } }`);
    const [{ id: mail, raw, folder }] = messages.nodes;
    assert.equal(raw.object.importance, "normal");
    const { nodes } = await data(
      core,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Message { text attachments { name } } } }`,
      { ids: [mail, folder.id] },
    );
    assert.deepEqual(
      nodes.map((one: { __typename: string }) => one.__typename),
      ["EmailMessage", "MailFolder"],
    );
    assert.ok(nodes[0].text);
  });

  test("a mail is sent with files of other accounts and staged bytes; an answer knows whom it answers", async () => {
    const other = await core.connect("sandbox", { seed: "other" });
    const file = await other.storage.upload(
      { parent: ROOT, name: "Ä & ö.txt", size: 5, mimeType: "text/plain", ifExists: "rename" },
      streamFrom("hello"),
    );
    const upload = await stageUpload(account, { name: "logo.png", size: 3, mimeType: "image/png" });
    const uploads = core.unified.store.uploads;
    const attachments = [{ file: String(file.id) }, { upload: upload.id, contentId: "logo" }];
    assert.equal(await refused({ to: [{ email: self }], attachments }), "invalid_parameters", "it is not finished");
    await core.unified.spool.append(upload.id, 0, streamFrom("png"));
    await uploads.update(upload.id, { file: upload.id, received: 3 });
    const sent = await send({
      to: [{ email: self, name: "Me" }],
      bcc: [{ email: "hidden@suite.example" }],
      subject: "With files",
      text: "Hello",
      html: '<img src="cid:logo">',
      attachments,
      raw: { importance: "high" },
    });
    assert.deepEqual(sent.attachments, [
      { name: "Ä & ö.txt", mimeType: "text/plain", size: 5, inline: false },
      { name: "logo.png", mimeType: "image/png", size: 3, inline: true },
    ]);
    assert.equal(sent.folder.role, "sent");
    assert.equal(await uploads.get(upload.id), null, "it went with the mail");
    assert.equal(await core.unified.spool.size(upload.id), 0);

    const inbox = await mailbox(`messages(query: "files", unread: true) { nodes { id bcc { email } } }`);
    assert.deepEqual(inbox.messages.nodes[0].bcc, []);
    const { messages } = await mailbox(
      `messages(query: "I am writing about") { nodes { id subject threadId messageId to { email } from { email name } cc { email } } }`,
    );
    const original = messages.nodes.find((one: { from: { email: string } }) => one.from.email !== self);
    const reply = await send({ answers: original.id, text: "Yes." });
    assert.deepEqual(
      reply.to.map((one: { email: string }) => one.email),
      [original.from.email],
    );
    assert.equal(reply.subject, `Re: ${original.subject.replace(/^Re: /, "")}`);
    assert.deepEqual([reply.inReplyTo, reply.threadId], [original.messageId, original.threadId]);
    const toAll = await send({ answers: original.id, how: "REPLY_ALL", cc: [], text: "Yes.", quote: true });
    assert.deepEqual(toAll.cc, []);
    assert.match(toAll.text, /^Yes\.\n\nOn .* wrote:\n> /);
    const forward = await send({ answers: original.id, how: "FORWARD", to: [{ email: "kim@suite.example" }] });
    assert.equal(forward.subject, `Fwd: ${original.subject}`);
    assert.deepEqual([forward.inReplyTo, forward.threadId], [null, original.threadId]);
    assert.equal(await refused({ answers: original.id, how: "FORWARD" }), "invalid_parameters");
  });

  test("what cannot be sent is refused before anything is", async () => {
    const count = async () => (await mailbox(`messages(first: 1) { totalCount }`)).messages.totalCount;
    const before = await count();
    const to = [{ email: "kim@suite.example" }];
    for (const wrong of [
      { to: [] },
      { to: [{ email: "nobody" }] },
      { to: [{ email: "a@b.example", name: "x\r\nBcc: y@z.example" }] },
      { to, subject: "one\r\nX-Two: 2" },
      { to, attachments: [{}] },
      { to, attachments: [{ upload: "a", file: "b" }] },
    ])
      assert.equal(await refused(wrong), "invalid_parameters", JSON.stringify(wrong));
    assert.equal(await refused({ to, from: { email: "ceo@elsewhere.example" } }), "service_forbidden");
    assert.equal(await refused({ to, attachments: [{ upload: "nothing" }] }), "not_found");
    const files = await account.storage.list(ROOT, { cursor: null, limit: 50 });
    const folder = files.items.find(({ type }) => type === "folder");
    assert.equal(await refused({ to, attachments: [{ file: String(folder?.id) }] }), "invalid_resource_type");
    assert.equal(await count(), before);
  });

  test("an attachment that breaks off fails the mail with its own error, and nothing is sent", async () => {
    const upload = await stageUpload(account, { name: "short.bin", size: 300_000, mimeType: null });
    await core.unified.spool.append(upload.id, 0, streamOf(1000));
    await core.unified.store.uploads.update(upload.id, { file: upload.id, received: 300_000 });
    const answer = await ask(core, SEND, {
      input: { account: id, to: [{ email: self }], subject: "Never", attachments: [{ upload: upload.id }] },
    });
    assert.equal(codeOf(answer), "request_failed");
    assert.match(answer.errors?.[0]?.message ?? "", /short\.bin/);
    const { messages } = await mailbox(`messages(query: "Never") { nodes { id } }`);
    assert.deepEqual(messages.nodes, []);
    assert.ok(await core.unified.store.uploads.get(upload.id), "it can be tried again");
  });

  test("staged bytes are bounded, and their account's alone", async () => {
    const other = await core.connect("sandbox", { seed: "bounded" });
    await assert.rejects(stageUpload(other, { name: "a", size: 65 * 2 ** 20, mimeType: null }), /at most/);
    for (let count = 0; count < 8; count++) await stageUpload(other, { name: "a", size: 64 * 2 ** 20, mimeType: null });
    await assert.rejects(stageUpload(other, { name: "a", size: 1, mimeType: null }), { code: "insufficient_storage" });
    const webless = await ask(
      core,
      `mutation ($id: ID!) { createUpload(input: { account: $id, name: "x" }) { id url partSize } }`,
      { id },
    );
    assert.equal(webless.data.createUpload.partSize, null);
    for (const wrong of [`{ name: "x" }`, `{ name: "x", account: "${id}", parent: "${id}" }`])
      assert.equal(codeOf(await ask(core, `mutation { createUpload(input: ${wrong}) { id } }`)), "invalid_parameters");
  });

  test("mails are marked, labelled and moved; folders and labels are made, changed and deleted", async () => {
    const { messages, labels, folders } = await mailbox(
      `messages(first: 1, unread: true) { nodes { id subject starred } } labels { nodes { id } } folders { nodes { id role } }`,
    );
    const [mail] = messages.nodes;
    const UPDATE = `mutation ($input: UpdateEmailInput!) { updateEmail(input: $input) {
      emailMessage { id subject read starred labels { id } folder { role } } } }`;
    const update = async (input: object) =>
      (await data(core, UPDATE, { input: { id: mail.id, ...input } })).updateEmail.emailMessage;
    const read = await update({ read: true });
    assert.deepEqual([read.read, read.starred, read.subject], [true, mail.starred, mail.subject]);
    assert.deepEqual((await update({ labels: [labels.nodes[1].id], starred: true })).labels, [
      { id: labels.nodes[1].id },
    ]);
    const archive = folders.nodes.find((one: { role: string }) => one.role === "archive").id;
    const moved = await update({ folder: archive });
    assert.deepEqual([moved.folder.role, moved.starred, moved.labels.length], ["archive", true, 1]);
    assert.equal(
      codeOf(await ask(core, UPDATE, { input: { id: mail.id, folder: labels.nodes[0].id } })),
      "invalid_resource_type",
    );

    const made = await data(
      core,
      `mutation ($id: ID!) {
         folder: createMailFolder(input: { account: $id, name: "Suite" }) { mailFolder { id name role parent { id } } }
         label: createLabel(input: { account: $id, name: "suite" }) { label { id name } } }`,
      { id },
    );
    const { mailFolder } = made.folder;
    assert.deepEqual([mailFolder.name, mailFolder.role, mailFolder.parent], ["Suite", null, null]);
    const changed = await data(
      core,
      `mutation ($folder: ID!, $above: ID!, $label: ID!) {
         updateMailFolder(input: { id: $folder, parent: $above }) { mailFolder { name parent { id } } }
         updateLabel(input: { id: $label, name: "renamed" }) { label { name } } }`,
      { folder: mailFolder.id, above: archive, label: made.label.label.id },
    );
    assert.deepEqual(changed.updateMailFolder.mailFolder, { name: "Suite", parent: { id: archive } });
    assert.equal(changed.updateLabel.label.name, "renamed");
    await update({ folder: mailFolder.id });
    const remove = (what: string) =>
      ask(core, `mutation ($what: ID!) { delete(input: { id: $what }) { deletedId } }`, { what });
    assert.equal(codeOf(await remove(mailFolder.id)), "folder_not_empty");
    assert.equal(codeOf(await remove(archive)), "service_forbidden");
    for (const what of [mail.id, mail.id, mailFolder.id, made.label.label.id])
      assert.equal(codeOf(await remove(what)), undefined);
    assert.equal(codeOf(await inMailbox(`message(id: $mail) { id }`, { mail: mail.id }, ", $mail: ID!")), "not_found");
  });

  test("the account's other categories cost its mail nothing: what has none says null", async () => {
    const { account: told } = await data(core, `query ($id: ID!) { account(id: $id) { apis email { __typename } } }`, {
      id,
    });
    assert.ok(told.apis.includes("EMAIL"));
    assert.equal(told.email.__typename, "Mailbox");
  });
});
