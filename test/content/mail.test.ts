import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bytesOf, sha256 } from "../support/bytes.js";
import { serveForTest, type TestServing } from "../support/serving.js";

describe("mail over HTTP", () => {
  let server: TestServing;
  let account: string;
  before(async () => {
    server = await serveForTest();
    const { body } = await server.ask(`{ accounts(service: ["sandbox"]) { nodes { id } } }`);
    account = body.data.accounts.nodes[0].id;
  });
  after(() => server.closeCore());

  const ask = async (query: string, variables: object = {}) => {
    const { body } = await server.ask(query, { account, ...variables });
    assert.equal(body.errors, undefined, JSON.stringify(body.errors));
    return body.data;
  };
  const create = async (name: string, size: number | null, mimeType: string | null = null) =>
    (
      await ask(
        `mutation ($account: ID!, $name: String!, $size: ByteCount, $mimeType: String) {
           createUpload(input: { account: $account, name: $name, size: $size, mimeType: $mimeType }) { id url partSize } }`,
        { name, size, mimeType },
      )
    ).createUpload as { id: string; url: string; partSize: number };
  const send = async (attachments: object[], subject = "Over HTTP") =>
    (
      await ask(
        `mutation ($account: ID!, $subject: String!, $attachments: [EmailAttachmentInput!]) {
           sendEmail(input: { account: $account, to: [{ email: "kim@suite.example" }], subject: $subject, text: "Hello",
             attachments: $attachments }) { emailMessage { id attachments { id name size downloadUrl } } } }`,
        { subject, attachments },
      )
    ).sendEmail.emailMessage as {
      id: string;
      attachments: { id: string; name: string; size: number; downloadUrl: string }[];
    };

  test("upload, send, read back, download: the bytes are the same", async () => {
    const content = new Uint8Array(bytesOf(3_000_001, "mail"));
    const name = "Übersicht – 名前.pdf";
    const { id, url } = await create(name, content.length, "application/pdf");
    const put = await fetch(url, { method: "PUT", body: content });
    assert.equal(put.status, 201);
    assert.deepEqual(await put.json(), { id, name, size: content.length, mimeType: "application/pdf" });
    assert.equal((await fetch(url, { method: "PUT", body: content })).status, 200, "it is there already");
    const sent = await send([{ upload: id }]);
    const read = await ask(
      `query ($account: ID!, $id: ID!) { account(id: $account) { email { message(id: $id) {
         attachments { id name mimeType size downloadUrl } } } } }`,
      { id: sent.id },
    );
    const [attachment] = read.account.email.message.attachments;
    assert.deepEqual(
      [attachment.name, attachment.size, attachment.id],
      [name, content.length, sent.attachments[0]?.id],
    );
    const download = await fetch(attachment.downloadUrl);
    assert.equal(download.status, 200);
    const { headers } = download;
    assert.equal(headers.get("content-type"), "application/pdf");
    assert.equal(headers.get("content-length"), String(content.length));
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("content-security-policy") ?? "", /^sandbox;/);
    assert.match(
      headers.get("content-disposition") ?? "",
      /^attachment; .*filename\*=UTF-8''%C3%9Cbersicht%20%E2%80%93/,
    );
    assert.equal(headers.get("accept-ranges"), "none");
    assert.equal(sha256(Buffer.from(await download.arrayBuffer())), sha256(Buffer.from(content)));
    assert.equal((await fetch(url, { method: "PUT", body: content })).status, 404, "the mail took it along");
  });

  test("a staged upload comes in turns as well", async () => {
    const content = new Uint8Array(bytesOf(700_000, "turns"));
    const { id, url, partSize } = await create("turns.bin", content.length);
    const turn = (start: number, end: number) =>
      fetch(url, {
        method: "PUT",
        headers: { "content-range": `bytes ${start}-${end - 1}/${content.length}` },
        body: content.subarray(start, end),
      });
    assert.equal((await turn(0, partSize)).status, 308);
    const status = await fetch(url, { method: "PUT", headers: { "content-range": `bytes */${content.length}` } });
    assert.equal(status.headers.get("range"), `bytes=0-${partSize - 1}`);
    assert.equal((await turn(partSize, content.length)).status, 201);
    const [attachment] = (await send([{ upload: id }])).attachments;
    const download = await fetch(attachment?.downloadUrl as string);
    assert.equal(sha256(Buffer.from(await download.arrayBuffer())), sha256(Buffer.from(content)));
  });

  test("more bytes than were said, or than one may have, are refused, and nothing stays", async () => {
    const { id, url } = await create("small.bin", 10);
    assert.equal((await fetch(url, { method: "PUT", body: Buffer.alloc(11) })).status, 400);
    const unsaid = await create("endless.bin", null);
    let left = 80;
    const long = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(1 << 20)) : controller.close()),
    });
    const options: RequestInit & { duplex: "half" } = { method: "PUT", body: long, duplex: "half" };
    const answer = await fetch(unsaid.url, options).catch(() => null);
    assert.ok(answer === null || answer.status === 413, String(answer?.status));
    for (const one of [id, unsaid.id]) assert.equal(await server.core.unified.spool.size(one), 0);
  });

  test("an address is good for one attachment alone", async () => {
    const files = await ask(
      `query ($account: ID!) { account(id: $account) { email { messages(first: 200) { nodes { id attachments { id name downloadUrl } } } } } }`,
    );
    const some = files.account.email.messages.nodes.flatMap((one: { attachments: object[] }) => one.attachments);
    const [one, other] = some as { id: string; downloadUrl: string }[];
    assert.ok(one && other);
    assert.equal((await fetch(one.downloadUrl)).status, 200);
    assert.equal((await fetch(one.downloadUrl.replace(one.id, other.id))).status, 404);
    assert.equal((await fetch(one.downloadUrl.replace("/attachments/", "/content/"))).status, 404);
    assert.equal((await fetch(one.downloadUrl, { method: "HEAD" })).status, 200);
  });
});
