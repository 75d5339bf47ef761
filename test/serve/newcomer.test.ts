import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { KEY, serveForTest, type TestServing } from "../support/serving.js";

const authorization = `APIKey ${KEY.replaceAll(" ", "-")}`;

describe("ten minutes with a new data folder", () => {
  let server: TestServing;
  before(async () => {
    server = await serveForTest();
  });
  after(() => server.closeCore());

  const root = async (account: string): Promise<string> =>
    (await server.ask(`query ($id: ID!) { account(id: $id) { storage { root { id } } } }`, { id: account })).body.data
      .account.storage.root.id;
  const byPath = async (account: string, path: string) =>
    (
      await server.ask(
        `query ($id: ID!, $path: String!) { account(id: $id) { storage { byPath(path: $path) { id name ... on File { size downloadUrl } } } } }`,
        { id: account, path },
      )
    ).body.data.account.storage.byPath;
  const createUpload = async (name: string, size: number | null, account = "2", overwrite = false) =>
    (
      await server.ask(
        `mutation ($parent: ID!, $name: String!, $size: ByteCount, $overwrite: Boolean!) {
           createUpload(input: { parent: $parent, name: $name, size: $size, overwrite: $overwrite }) { id url partSize expires }
         }`,
        { parent: await root(account), name, size, overwrite },
      )
    ).body.data.createUpload as { url: string; partSize: number };

  test("two accounts are there, and the local one holds real files", async () => {
    const { status, body } = await server.ask(`{ accounts { nodes { number service { name } } } }`);
    assert.equal(status, 200);
    assert.deepEqual(body.data.accounts.nodes, [
      { number: 1, service: { name: "sandbox" } },
      { number: 2, service: { name: "local" } },
    ]);
    const file = await byPath("2", "/Welcome.md");
    assert.equal((await (await fetch(file.downloadUrl)).text()).length, file.size);
  });

  test("nobody without a key or with a wrong one", async () => {
    for (const [header, code] of [
      ["", "AUTHENTICATION_REQUIRED"],
      ["APIKey wrong", "UNAUTHORIZED"],
      ["Bearer wrong", "INVALID_TOKEN"],
    ]) {
      const { status, body } = await server.ask(
        `{ accounts { nodes { id } } }`,
        {},
        { authorization: header as string },
      );
      assert.equal(status, 401);
      assert.equal(body.errors?.[0]?.extensions.code, code);
    }
  });

  test("ranges of a download, as `curl -r` asks for them", async () => {
    const { downloadUrl, size } = await byPath("2", "/Reports/2026/budget.csv");
    const whole = Buffer.from(await (await fetch(downloadUrl)).arrayBuffer());
    assert.equal(whole.length, size);
    for (const [range, expected, header] of [
      ["bytes=0-3", whole.subarray(0, 4), `bytes 0-3/${size}`],
      ["bytes=5-", whole.subarray(5), `bytes 5-${size - 1}/${size}`],
      ["bytes=-4", whole.subarray(-4), `bytes ${size - 4}-${size - 1}/${size}`],
    ] as const) {
      const response = await fetch(downloadUrl, { headers: { range } });
      assert.equal(response.status, 206);
      assert.equal(response.headers.get("content-range"), header);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(expected));
    }
    const beyond = await fetch(downloadUrl, { headers: { range: `bytes=${size}-` } });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get("content-range"), `bytes */${size}`);
  });

  test("a download says what it is, is not run, and is cached by its ETag", async () => {
    const { downloadUrl } = await byPath("2", "/Notes/Ideen für später.txt");
    const response = await fetch(downloadUrl);
    await response.arrayBuffer();
    assert.equal(
      response.headers.get("content-disposition"),
      "attachment; filename=\"Ideen f_r sp_ter.txt\"; filename*=UTF-8''Ideen%20f%C3%BCr%20sp%C3%A4ter.txt",
    );
    assert.match(response.headers.get("content-security-policy") ?? "", /sandbox/);
    const etag = response.headers.get("etag") as string;
    assert.equal((await fetch(downloadUrl, { headers: { "if-none-match": etag } })).status, 304);
    const head = await fetch(downloadUrl, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get("accept-ranges"), "bytes");
  });

  test("a URL is good for one file only, and not for ever", async () => {
    const { downloadUrl } = await byPath("2", "/Welcome.md");
    const other = await byPath("2", "/Contracts/terms.txt");
    const forged = downloadUrl.replace(/content\/[^?]*/, other.downloadUrl.match(/content\/[^?]*/)?.[0] ?? "");
    for (const url of [
      downloadUrl.replace(/expires=(\d+)/, (_: string, time: string) => `expires=${Number(time) + 60}`),
      downloadUrl.replace(/signature=.*/, `signature=${"A".repeat(43)}`),
      downloadUrl.replace(/\?.*/, ""),
      forged,
    ])
      assert.equal((await fetch(url)).status, 404, url);
  });

  test("an upload in one go, and what becomes of a name that is taken", async () => {
    const content = randomBytes(100_000);
    const put = async (overwrite: boolean) => {
      const { url } = await createUpload("data.bin", content.length, "2", overwrite);
      const response = await fetch(url, { method: "PUT", body: content });
      return { status: response.status, ...((await response.json()) as { name: string; id: string }) };
    };
    const first = await put(false);
    assert.equal(first.status, 201);
    assert.equal(first.name, "data.bin");
    assert.equal((await put(false)).name, "data (1).bin");
    assert.equal((await put(true)).name, "data.bin");
    const { downloadUrl } = await byPath("2", "/data.bin");
    const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    assert.equal(digest(new Uint8Array(await (await fetch(downloadUrl)).arrayBuffer())), digest(content));
  });

  test("an upload that is shorter than was said leaves nothing", async () => {
    const { url } = await createUpload("short.bin", 1000);
    const response = await fetch(url, { method: "PUT", body: Buffer.alloc(999) });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { error_code: string }).error_code, "request_failed");
    assert.equal(await byPath("2", "/short.bin"), null);
  });

  for (const [service, account] of [
    ["local", "2"],
    ["sandbox", "1"],
  ] as const)
    test(`an upload in turns, resumed after a break (${service})`, async () => {
      const name = "turns.bin";
      const { url, partSize } = await createUpload(name, null, account).then(async () => {
        const probe = await createUpload(name, 1, account);
        return createUpload(name, probe.partSize * 2 + 17, account);
      });
      const content = randomBytes(partSize * 2 + 17);
      const turn = (start: number, end: number) =>
        fetch(url, {
          method: "PUT",
          headers: { "content-range": `bytes ${start}-${end - 1}/${content.length}` },
          body: content.subarray(start, end),
        });
      const status = () => fetch(url, { method: "PUT", headers: { "content-range": `bytes */${content.length}` } });
      assert.equal((await status()).headers.get("range"), null);
      const first = await turn(0, partSize);
      assert.equal(first.status, 308);
      assert.equal(first.headers.get("range"), `bytes=0-${partSize - 1}`);
      // A turn from the wrong place is refused, and loses nothing.
      assert.equal((await turn(0, partSize)).status, 409);
      assert.equal((await status()).headers.get("range"), `bytes=0-${partSize - 1}`);
      const last = await turn(partSize, content.length);
      assert.equal(last.status, 201);
      const { downloadUrl } = await byPath(account, `/${name}`);
      assert.deepEqual(Buffer.from(await (await fetch(downloadUrl)).arrayBuffer()), content);
      // Whoever lost the answer asks again.
      assert.equal((await status()).status, 200);
    });

  test("a clash names what is in the way", async () => {
    const welcome = await byPath("2", "/Welcome.md");
    const terms = await server.ask(
      `mutation ($id: ID!, $parent: ID!) { updateFile(input: { id: $id, name: "Welcome.md", parent: $parent }) { file { id } } }`,
      { id: (await byPath("2", "/Contracts/terms.txt")).id, parent: await root("2") },
    );
    const { extensions, path } = terms.body.errors?.[0] ?? { extensions: {} };
    assert.deepEqual(path, ["updateFile"]);
    assert.equal(extensions.code, "NAMING_CONFLICT");
    assert.equal(extensions.errorCode, "naming_conflict");
    assert.equal(extensions.statusCode, 409);
    assert.equal(extensions.conflictingResourceId, welcome.id);
    assert.equal(extensions.service, "local");
    assert.ok(extensions.requestId);
  });

  test("a folder copied in the background, watched over a WebSocket", async () => {
    const folder = (
      await server.ask(
        `mutation ($parent: ID!) { createFolder(input: { parent: $parent, name: "Many" }) { folder { id } } }`,
        { parent: await root("2") },
      )
    ).body.data.createFolder.folder.id;
    const { writeFile } = await import("node:fs/promises");
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => writeFile(`${server.data}/files/Many/${index}.txt`, String(index))),
    );
    const started = await server.ask(
      `mutation ($id: ID!, $parent: ID!) {
         copyFolder(input: { id: $id, parent: $parent, name: "Many more", async: true }) { folder { id } task { id status } }
       }`,
      { id: folder, parent: await root("2") },
    );
    const { task } = started.body.data.copyFolder;
    assert.equal(started.body.data.copyFolder.folder, null);
    const client = createClient({
      url: `${server.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
    });
    const statuses: string[] = [];
    let last: { result?: { contents?: { nodes: unknown[] } } } = {};
    for await (const { data, errors } of client.iterate<{ task: { status: string } }>({
      query: `subscription ($id: ID!) { task(id: $id) { status info { percentCompleted } result { ... on Folder { contents(first: 1000) { nodes { name } } } } error { message } } }`,
      variables: { id: task.id },
    })) {
      assert.equal(errors, undefined);
      statuses.push(data?.task.status ?? "");
      last = data?.task as typeof last;
    }
    await client.dispose();
    assert.equal(statuses.at(-1), "SUCCEEDED");
    assert.equal(last.result?.contents?.nodes.length, 200);
  });

  test("one object, told again after a change and until it is gone", async () => {
    const parent = await root("1");
    const made = await server.ask(
      `mutation ($parent: ID!) { createFolder(input: { parent: $parent, name: "Watched" }) { folder { id } } }`,
      { parent },
    );
    const { id } = made.body.data.createFolder.folder;
    const client = createClient({
      url: `${server.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
    });
    const names: string[] = [];
    for await (const { data } of client.iterate<{ node: { name: string } }>({
      query: `subscription ($id: ID!) { node(id: $id) { ... on Folder { name } } }`,
      variables: { id },
    })) {
      names.push(data?.node.name ?? "");
      if (names.length === 1)
        await server.ask(
          `mutation ($id: ID!) { updateFolder(input: { id: $id, name: "Renamed" }) { folder { id } } }`,
          { id },
        );
      if (names.length === 2)
        await server.ask(`mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, { id });
    }
    await client.dispose();
    assert.deepEqual(names, ["Watched", "Renamed"]);
  });

  test("what an answer cost upstream, when it is asked for", async () => {
    const { body } = await server.ask(
      `{ account(id: "1") { storage { root { name } } } }`,
      {},
      { "x-unigraph-explain": "true" },
    );
    const { calls, byAccount } = body.extensions.upstream;
    assert.equal(calls, 1);
    assert.equal(byAccount[0].service, "sandbox");
    const without = await server.ask(`{ account(id: "1") { storage { root { name } } } }`);
    assert.equal(without.body.extensions, undefined);
  });

  test("a session token for one person's browser", async () => {
    const { body } = await server.ask(
      `mutation { createSession(input: { endUser: "demo", minutes: 5 }) { token expires } }`,
    );
    const asked = await server.ask(
      `{ accounts { nodes { endUser } } }`,
      {},
      {
        authorization: `Bearer ${body.data.createSession.token}`,
      },
    );
    assert.deepEqual(asked.body.data.accounts.nodes, [{ endUser: "demo" }, { endUser: "demo" }]);
  });

  test("a link for others: a page, a password, then the bytes", async () => {
    const { id, size } = await byPath("2", "/Welcome.md");
    const { body } = await server.ask(
      `mutation ($file: ID!) { createLink(input: { file: $file, password: "sesame" }) { link { id url } } }`,
      { file: id },
    );
    const { url } = body.data.createLink.link;
    const page = await (await fetch(url)).text();
    assert.match(page, /id="id_password"/);
    assert.match(page, /name="form-submit"/);
    const open = (password: string) => fetch(url, { method: "POST", body: new URLSearchParams({ password }) });
    assert.equal((await open("wrong")).status, 403);
    assert.equal((await (await open("sesame")).arrayBuffer()).byteLength, size);
    await server.ask(`mutation ($id: ID!) { updateLink(input: { id: $id, active: false }) { link { active } } }`, {
      id: body.data.createLink.link.id,
    });
    assert.equal((await fetch(url)).status, 403);
  });
});
