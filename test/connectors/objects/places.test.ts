import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Context } from "../../../src/connectors/connector.js";
import {
  insideOf,
  partsOf,
  pathOf,
  type Target,
  targetOf,
  toId,
} from "../../../src/connectors/families/objects/places.js";
import { fails } from "../../support/fails.js";
import { ODD_KEYS, UNSAYABLE_KEYS } from "./odd.js";

const all = { settings: { bucket: null } } as unknown as Context;
const confined = { settings: { bucket: "mine" } } as unknown as Context;

const file = (key: string, bucket = "mine"): Target => ({ kind: "file", bucket, key });
const folder = (key: string, bucket = "mine"): Target => ({ kind: "folder", bucket, key });

describe("objects: keys as files and folders", () => {
  test("ids are the keys as they are, with the bucket or within it", () => {
    for (const [target, wide, narrow] of [
      [folder(""), "/mine/", "root"],
      [file("a"), "/mine/a", "/a"],
      [folder("a/"), "/mine/a/", "/a/"],
      [file("a/"), "=/mine/a/", "=/a/"],
      [file("/a"), "/mine//a", "//a"],
      [folder("/"), "/mine//", "//"],
      [file("a/../b"), "/mine/a/../b", "/a/../b"],
    ] as const) {
      assert.deepEqual([toId(all, target), toId(confined, target)], [wide, narrow]);
      assert.deepEqual([targetOf(all, wide), targetOf(confined, narrow)], [target, target]);
    }
    assert.deepEqual(
      [targetOf(all, "root"), targetOf(all, "/"), toId(all, { kind: "account" })],
      [{ kind: "account" }, { kind: "account" }, "root"],
    );
  });

  test("every key has an id of its own that leads back to it", () => {
    const key = fc.oneof(
      fc.constantFrom(...ODD_KEYS, ...UNSAYABLE_KEYS),
      fc.string({ unit: fc.constantFrom("/", ".", "=", "a", "é", "\0", "%", " ", "\n"), minLength: 1, maxLength: 12 }),
    );
    fc.assert(
      fc.property(key, key, fc.boolean(), fc.boolean(), fc.boolean(), (one, other, isFile, isOther, wide) => {
        const context = wide ? all : confined;
        const target = isFile ? file(one) : folder(`${one}/`);
        const second = isOther ? file(other) : folder(`${other}/`);
        const id = toId(context, target);
        assert.deepEqual(targetOf(context, id), target);
        assert.equal(id === toId(context, second), JSON.stringify(target) === JSON.stringify(second));
      }),
    );
  });

  test("names and parents put together are the key again", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("/", "a", "."), minLength: 1 }), (key) => {
        for (const target of [file(key), folder(`${key}/`)]) {
          const { parent, name } = partsOf(confined, target as Exclude<Target, { kind: "account" }>);
          assert.ok(parent?.kind === "folder" && name !== "");
          const whole = target.kind === "folder" ? key : key;
          assert.equal(parent.key + (name === "/" ? "" : name), whole);
        }
      }),
    );
  });

  test("a name that is empty is told as a slash", () => {
    const name = (target: Target) => partsOf(confined, target as Exclude<Target, { kind: "account" }>).name;
    assert.deepEqual([name(folder("a//")), name(file("a/")), name(folder("/")), name(file("a"))], ["/", "/", "/", "a"]);
    assert.deepEqual(partsOf(all, folder("") as Exclude<Target, { kind: "account" }>), {
      parent: { kind: "account" },
      name: "mine",
    });
  });

  test("paths are as people write them", () => {
    assert.deepEqual(
      [
        pathOf(all, folder("a/b/")),
        pathOf(confined, folder("a/b/")),
        pathOf(confined, folder("")),
        pathOf(all, folder("")),
      ],
      ["/mine/a/b", "/a/b", "/", "/mine"],
    );
  });

  test("what nobody gave out is not found", () => {
    for (const id of [
      "",
      "a",
      "..",
      "=a",
      "=/",
      "=/a",
      "=/a/b",
      "/\ud800",
      `/${"x".repeat(3000)}`,
      "/../x",
      "//x",
      "/?x/y",
    ])
      assert.throws(() => targetOf(all, id), fails("not_found"), id);
    for (const id of ["=/a", "=/", "x/", `/${"x".repeat(3000)}`])
      assert.throws(() => targetOf(confined, id), fails("not_found"), id);
    for (const [context, id] of [
      [all, "root"],
      [confined, "root"],
      [confined, "/"],
    ] as const)
      assert.throws(() => insideOf(context, id), fails("bad_request"));
  });
});
