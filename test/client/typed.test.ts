import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { serveForTest, type TestServing } from "../support/serving.js";
import {
  type Api,
  DescribeAccountDocument,
  FilesDocument,
  NewFolderDocument,
  type TypedDocumentString,
} from "./generated/graphql.js";

/** The thin client that a frontend writes over codegen's documents (codegen.yml): the answer's type comes with the document. */
const clientOf =
  (server: TestServing) =>
  async <Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result> => {
    const { body } = await server.ask(String(document), variables);
    assert.equal(body.errors, undefined);
    return body.data as Result;
  };

describe("documents typed by codegen", () => {
  let server: TestServing;
  before(async () => {
    server = await serveForTest();
  });
  after(() => server.closeCore());

  test("a query and a mutation, without a cast", async () => {
    const run = clientOf(server);
    const { account } = await run(FilesDocument, { account: "2", path: "/Reports", first: 10 });
    assert.equal(account?.number, 2);
    const folder = account?.storage?.byPath;
    assert.equal(folder?.__typename, "Folder");
    if (folder?.__typename !== "Folder") return;
    assert.deepEqual(
      folder.contents?.nodes.map(({ name }) => name),
      ["2026"],
    );
    const { createFolder } = await run(NewFolderDocument, { parent: folder.id, name: "2027" });
    assert.equal(createFolder.folder?.path, "/Reports/2027");
  });

  test("scalars and enums are what their types say", async () => {
    const run = clientOf(server);
    const { account } = await run(FilesDocument, { account: "2", path: "/Welcome.md" });
    const file = account?.storage?.byPath;
    if (file?.__typename !== "File") throw new assert.AssertionError({ message: `a ${file?.__typename}` });
    const { downloadUrl, modified, size } = file;
    assert.equal((await (await fetch(downloadUrl as string)).bytes()).length, size);
    assert.equal(new Date(modified as string).toISOString(), modified);

    const customProperties = { team: "finance", floors: [1, 2] };
    const { updateAccount } = await run(DescribeAccountDocument, { account: "2", customProperties });
    assert.deepEqual(updateAccount.account?.apis satisfies Api[] | undefined, ["STORAGE", "CALENDAR", "EMAIL"]);
    assert.deepEqual(updateAccount.account?.customProperties, customProperties);
  });
});
