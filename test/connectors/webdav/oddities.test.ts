import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page, StorageItem } from "../../../src/connectors/connector.js";
import { storage } from "../../../src/connectors/webdav/storage.js";
import { fails } from "../../support/fails.js";
import { FILE, FOLDER, multistatus, type Script, scripted } from "./scripted.js";

const URL_OF_ROOT = "https://files.test/dav/";
const first = { cursor: null, limit: 100 };
const idsOf = ({ items }: Page<StorageItem>) => items.map(({ id }) => id.native);
const list = (script: Script, paging = {}) => {
  const { context, requests } = scripted(URL_OF_ROOT, script);
  return { page: storage.list?.(context, "root", { ...first, ...paging }) as Promise<Page<StorageItem>>, requests };
};

describe("webdav: oddities that no server at hand has", () => {
  test("hrefs with another host, another case and without the slash of a folder", async () => {
    const text = multistatus(["http://10.0.0.1:8080/DAV", FOLDER], ["http://10.0.0.1/DAV/a", FOLDER], ["/Dav/b", FILE]);
    assert.deepEqual(idsOf(await list(() => ({ text })).page), ["/a/", "/b"]);
  });

  test("what an answer says of places above, beyond or unnameable is passed over", async () => {
    const text = multistatus(
      ["/dav/", FOLDER],
      ["/", FOLDER],
      ["/dav/a/deeper", FILE],
      ["/dav/%2e%2e", FILE],
      ["/dav/caf%E9", FILE],
      ["/dav/a%2Fb", FILE],
      ["/dav/kept", FILE],
      ["/dav/.unigraph-00000000-0000-4000-8000-000000000000.tmp", FILE],
    );
    assert.deepEqual(idsOf(await list(() => ({ text })).page), ["/kept"]);
  });

  test("an inner 404 is a thing that has gone", async () => {
    const gone = "<D:response><D:href>/dav/gone</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>";
    const text = multistatus(["/dav/", FOLDER]).replace("</D:multistatus>", `${gone}</D:multistatus>`);
    assert.deepEqual(idsOf(await list(() => ({ text })).page), []);
  });

  test("a redirect to the slash form is followed once, any other one refused", async () => {
    const script: Script = ({ path }) =>
      path === "/dav/a%20b/"
        ? { text: multistatus(["/dav/a%20b/", FOLDER]) }
        : { status: 301, headers: { location: "https://files.test/dav/a%20b/" } };
    const { context } = scripted(URL_OF_ROOT, script);
    assert.equal((await storage.get(context, { type: "object", id: "/a b" })).id.native, "/a b/");
    await assert.rejects(storage.get(context, { type: "object", id: "/other" }), fails("bad_gateway"));
  });

  test("a page for people instead of XML is not a listing", async () => {
    await assert.rejects(list(() => ({ status: 200, text: "<html></html>" })).page, fails("bad_gateway"));
    await assert.rejects(list(() => ({ text: "<!DOCTYPE html><html></html>" })).page, fails("bad_gateway"));
  });

  test("a list that its server gave up midway is read again, and refused if that does not help", async () => {
    const text = multistatus(["/dav/", FOLDER], ["/dav/a", FILE]);
    let count = 0;
    const script: Script = () => ({ text: ++count < 3 ? `${text}Internal Server Error` : text });
    assert.deepEqual(idsOf(await list(script).page), ["/a"]);
    assert.equal(count, 3);
    await assert.rejects(list(() => ({ text: `${text}Internal Server Error` })).page, fails("bad_gateway"));
    await assert.rejects(list(() => ({ text: text.slice(0, -20) })).page, fails("bad_gateway"));
  });

  /** /dav/one/{two/{deep},file} */
  const tree: Script = ({ path, headers }) => {
    const [one, two] = [["/dav/one/", FOLDER] as const, ["/dav/one/two/", FOLDER] as const];
    const [deep, file] = [["/dav/one/two/deep", FILE] as const, ["/dav/one/file", FILE] as const];
    if (headers?.depth === "infinity") return { text: multistatus(["/dav/", FOLDER], one) }; // as if Depth 1, like SabreDAV
    if (path === "/dav/") return { text: multistatus(["/dav/", FOLDER], one) };
    if (path === "/dav/one/") return { text: multistatus(one, two, file) };
    return path === "/dav/one/two/" ? { text: multistatus(two, deep) } : { status: 404 };
  };
  const WHOLE = ["/one/", "/one/file", "/one/two/", "/one/two/deep"];

  test("a server that takes Depth infinity for 1 is walked", async () => {
    const { page, requests } = list(tree, { recursive: true });
    assert.deepEqual(idsOf(await page), WHOLE);
    assert.deepEqual(
      requests.map(({ path, headers }) => `${headers?.depth} ${path}`),
      ["infinity /dav/", "1 /dav/", "1 /dav/one/", "1 /dav/one/two/"],
    );
  });

  test("a walk goes on after each item, whatever the page, and asks for no tree again", async () => {
    const { context, requests } = scripted(URL_OF_ROOT, tree);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<StorageItem> = await (storage.list as NonNullable<typeof storage.list>)(context, "root", {
        cursor,
        limit: 1,
        recursive: true,
      });
      ids.push(...idsOf(page));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(ids, WHOLE);
    assert.equal(requests.filter(({ headers }) => headers?.depth === "infinity").length, 1);
  });

  test("a folder that may not be read is told, but not what it holds", async () => {
    const forbidding: Script = (request) =>
      request.headers?.depth === "infinity" || request.path === "/dav/one/two/" ? { status: 403 } : tree(request);
    assert.deepEqual(idsOf(await list(forbidding, { recursive: true }).page), WHOLE.slice(0, 3));
  });

  test("half a deletion is a failure that says why", async () => {
    const refused = (status: string) =>
      `<D:response><D:href>/dav/a/b</D:href><D:status>HTTP/1.1 ${status}</D:status></D:response>`;
    const script: Script = ({ method }) =>
      method === "DELETE"
        ? {
            text: `<D:multistatus xmlns:D="DAV:">${refused("424 Failed Dependency")}${refused("423 Locked")}</D:multistatus>`,
          }
        : { text: multistatus(["/dav/a/", FOLDER]) };
    const { context } = scripted(URL_OF_ROOT, script);
    const how = { recursive: true, permanent: false };
    await assert.rejects(async () => storage.delete?.(context, { type: "folder", id: "/a/" }, how), fails("locked"));
  });

  test("the server has ten minutes for whole trees and for copies, as long as ever for the rest", async () => {
    const there = new Set(["/dav/", "/dav/tree/", "/dav/file"]);
    const asked: string[] = [];
    const script: Script = ({ method, path, headers, deadlineMs = "usual" }) => {
      if (method === "PROPFIND") {
        const found = [path, `${path}/`].find((each) => there.has(each));
        return found ? { text: multistatus([found, found.endsWith("/") ? FOLDER : FILE]) } : { status: 404 };
      }
      asked.push(`${method} ${path} ${deadlineMs}`);
      if (headers?.destination) there.add(new URL(headers.destination).pathname);
      return { status: 201 };
    };
    const { context } = scripted(URL_OF_ROOT, script);
    for (const [type, id] of [
      ["folder", "/tree/"],
      ["file", "/file"],
    ] as const) {
      await storage.copy?.(context, { type, id }, { parent: "root", name: `${type} copied` });
      await storage.update?.(context, { type, id }, { name: `${type} moved` });
      await storage.delete?.(context, { type, id }, { recursive: true, permanent: true });
    }
    assert.deepEqual(asked, [
      "COPY /dav/tree/ 600000",
      "MOVE /dav/tree/ 600000",
      "DELETE /dav/tree/ 600000",
      "COPY /dav/file 600000",
      "MOVE /dav/file usual",
      "DELETE /dav/file usual",
    ]);
  });

  test("siblings too many for one answer are asked for singly", async () => {
    const script: Script = ({ path, headers }) =>
      headers?.depth === "1" ? { status: 500 } : { text: multistatus([path, FILE]) };
    const { context, requests } = scripted(URL_OF_ROOT, script);
    const keys = ["/a", "/b", "/c", "/d"].map((id) => ({ type: "file" as const, id }));
    const items = (await storage.getMany?.(context, keys)) ?? [];
    assert.deepEqual(
      items.map((item) => (item instanceof Error ? item.message : item.name)),
      ["a", "b", "c", "d"],
    );
    assert.equal(requests.length, 5);
  });
});
