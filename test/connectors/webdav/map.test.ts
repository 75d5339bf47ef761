import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readMultistatus } from "../../../src/connectors/families/dav/multistatus.js";
import { fromHttpDate, toItem, toMimeType, toQuota, toSize } from "../../../src/connectors/webdav/map.js";
import { toResources } from "../../../src/connectors/webdav/wire.js";
import { RECORDINGS } from "./recordings.js";
import { multistatus, scripted } from "./scripted.js";

const itemsOf = (base: string, xml: string, raw = false) => {
  const { context } = scripted(`http://files.test${base}`, () => ({}), raw);
  return toResources(context, readMultistatus(xml)).map((resource) => toItem(context, resource));
};

const FILE_KEYS =
  "id api type name path created modified owner parentId size mimeType downloadable creator lastModifier raw";
const FOLDER_KEYS = "id api type name path created modified owner parentId canCreateFolders canUploadFiles raw";

describe("webdav: mapping of recorded answers", () => {
  for (const [server, { base, folder, everything }] of Object.entries(RECORDINGS)) {
    test(`${server}: a folder and what it holds`, () => {
      const items = itemsOf(base, folder).sort((one, other) => (one.id.native < other.id.native ? -1 : 1));
      const told = items.map((item) => [item.id.native, item.name, item.type === "file" ? item.size : item.type]);
      const expected = [
        ["/docs/", "docs", "folder"],
        ["/docs/ spaces ", " spaces ", 1],
        ["/docs/.hidden", ".hidden", 1],
        ["/docs/R&D 100%.txt", "R&D 100%.txt", 5],
        ["/docs/cafe\u0301 #1.png", "cafe\u0301 #1.png", 0],
        ["/docs/sub folder/", "sub folder", "folder"],
      ];
      // nginx lists no name that begins with a dot.
      assert.deepEqual(told, server === "nginx" ? expected.filter(([, name]) => name !== ".hidden") : expected);
      for (const item of items) {
        assert.deepEqual(Object.keys(item).join(" "), item.type === "file" ? FILE_KEYS : FOLDER_KEYS);
        assert.match(item.modified ?? "", /^2026-11-23T12:49:2\d\.000Z$/);
        assert.equal(item.path, `/${item.id.native.slice(1).replace(/\/$/, "")}`);
        assert.equal(item.parentId?.native, item.name === "docs" ? "root" : "/docs/");
        assert.equal(item.raw, undefined);
      }
    });

    test(`${server}: raw holds what the server told, by the names of RFC 4918`, () => {
      const [item] = itemsOf(base, everything, true);
      assert.equal(item?.raw?.id, "/docs/R&D 100%.txt");
      const { "DAV:getcontentlength": length, "DAV:supportedlock": locks } = item.raw.object as Record<string, unknown>;
      assert.equal(length, "5");
      assert.ok(JSON.stringify(locks).includes('"DAV:exclusive":""'), JSON.stringify(locks));
    });
  }

  test("types and times are told where the server tells them", () => {
    const find = (server: keyof typeof RECORDINGS, name: string) =>
      itemsOf(RECORDINGS[server].base, RECORDINGS[server].folder).find((item) => item.name === name);
    const told = (["apache", "nginx", "rclone"] as const).map((server) => {
      const item = find(server, "R&D 100%.txt");
      return [item?.type === "file" && item.mimeType, item?.created];
    });
    assert.deepEqual(told, [
      ["text/plain", "2026-11-23T12:49:23.000Z"],
      [null, null],
      ["text/plain", null],
    ]);
  });
});

describe("webdav: mapping of single values", () => {
  test("what is malformed is unknown", () => {
    assert.deepEqual(["5", "-1", "1e3", "", "99999999999999999999", null].map(toSize), [
      5,
      null,
      null,
      null,
      null,
      null,
    ]);
    assert.equal(fromHttpDate("Mon, 23 Nov 2026 12:26:12 GMT"), "2026-11-23T12:26:12.000Z");
    assert.deepEqual(["Mon, 23 Nov 2026 12:26:12", "yesterday GMT", ""].map(fromHttpDate), [null, null, null]);
    assert.deepEqual(
      ["Text/Plain; charset=utf-8", "nonsense", null].map((type) => toMimeType(type)),
      ["text/plain", null, null],
    );
  });

  test("quota: the total is what is used and what is left (RFC 4331)", () => {
    const quota = (properties: string) => toQuota(readMultistatus(multistatus(["/", properties]))[0]);
    const available = "<D:quota-available-bytes>100</D:quota-available-bytes>";
    const used = "<D:quota-used-bytes>23</D:quota-used-bytes>";
    assert.deepEqual(quota(available + used), { kind: null, total: 123, used: 23 });
    assert.deepEqual(quota(used), { kind: null, total: null, used: 23 });
    assert.deepEqual(quota(`<D:quota-available-bytes>-3</D:quota-available-bytes>${used}`), {
      kind: null,
      total: null,
      used: 23,
    });
    assert.deepEqual(quota(""), { kind: null, total: null, used: null });
  });

  test("the root has no parent and is named by its address", () => {
    const [named] = itemsOf(
      "/dav/al%20ice/",
      multistatus(["/dav/al%20ice/", "<D:resourcetype><D:collection/></D:resourcetype>"]),
    );
    assert.deepEqual([named?.id.native, named?.name, named?.path, named?.parentId], ["root", "al ice", "/", null]);
    const [unnamed] = itemsOf("/", multistatus(["/", "<D:resourcetype><D:collection/></D:resourcetype>"]));
    assert.equal(unnamed?.name, "files.test");
  });
});
