import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { namesOfHref } from "../../../src/connectors/families/dav/hrefs.js";
import { compare, namesOf, toId } from "../../../src/connectors/families/paths/names.js";
import { pathOf, urlOf } from "../../../src/connectors/webdav/paths.js";
import { fails } from "../../support/fails.js";
import { scripted } from "./scripted.js";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== ".." && text.isWellFormed());
const names = fc.array(name, { minLength: 1, maxLength: 6 });
const { context } = scripted("https://files.test:8443/team%20files/%C3%A9lan/", () => ({}));
const base = ["team files", "élan"];

describe("webdav: paths", () => {
  test("names survive the way to an id and back, and to a request and back", () => {
    fc.assert(
      fc.property(names, fc.boolean(), (each, isFolder) => {
        assert.deepEqual(namesOf(toId(each, isFolder)), each);
        const path = pathOf(context, each, isFolder);
        assert.match(path, /^[\x21-\x7e]+$/);
        assert.deepEqual(namesOfHref(path), [...base, ...each]);
        assert.deepEqual(namesOfHref(urlOf(context, each, isFolder)), [...base, ...each]);
        assert.equal(new URL(path, "https://files.test").pathname, path);
      }),
    );
  });

  test("no text as an id leads out of the account's folder", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        let path: string;
        try {
          path = pathOf(context, namesOf(id), false);
        } catch (error) {
          return fails("not_found")(error);
        }
        return new URL(path, "https://files.test").pathname.startsWith("/team%20files/%C3%A9lan/");
      }),
    );
    for (const id of ["/a/../b", "/..", "/a//b", "a", "//", "/a\0", "/\ud800", `/${"x/".repeat(5000)}`])
      assert.throws(() => namesOf(id), fails("not_found"), id.slice(0, 20));
  });

  test("hrefs as servers write them", () => {
    for (const href of ["/a/b%20c", "/a/b%20c/", "https://other.test:1/a/b%20c/", "http://h/a//b c", "/%61/%62%20%63"])
      assert.deepEqual(namesOfHref(href), ["a", "b c"], href);
    assert.deepEqual(namesOfHref("/a/back\\slash/%2e%2e"), ["a", "back\\slash", ".."]);
    assert.equal(namesOfHref("/latin-1/caf%E9"), null);
    assert.equal(namesOfHref("/broken/100%"), null);
  });

  test("one order for whole trees: a folder before what it holds", () => {
    const sorted = [["a"], ["a", "b"], ["a", "b", "c"], ["a b"], ["a!"], ["b"]].sort(compare);
    assert.deepEqual(
      sorted.map((each) => each.join("/")),
      ["a", "a/b", "a/b/c", "a b", "a!", "b"],
    );
    fc.assert(
      fc.property(fc.uniqueArray(names, { selector: (each) => each.join("/") }), (trees) => {
        const once = trees.toSorted(compare);
        assert.deepEqual(trees.toReversed().sort(compare), once);
        for (const [index, each] of once.entries())
          for (const later of once.slice(index + 1)) assert.ok(!each.join("/").startsWith(`${later.join("/")}/`));
      }),
    );
  });
});
