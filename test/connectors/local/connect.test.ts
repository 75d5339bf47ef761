import assert from "node:assert/strict";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { ConnectContext } from "../../../src/connectors/connector.js";
import { local } from "../../../src/connectors/local/index.js";
import { fails } from "../../support/fails.js";
import { openLocal, withFolders } from "./account.js";

const nothing: ConnectContext = {
  upstream: () => assert.fail("this connector sends no requests"),
  connections: () => assert.fail("this connector opens no connections"),
  signal: new AbortController().signal,
};

describe("local: connecting", () => {
  test("by path, name, number; the folder itself or one below it", () =>
    withFolders(async ({ root, outside }) => {
      await mkdir(join(root, "a", "b c"), { recursive: true });
      const { connect } = local({ folders: [root, outside] });
      for (const [folder, settings, name] of [
        [root, { root, below: "root" }, "root"],
        [`${root}/`, { root, below: "root" }, "root"],
        ["root", { root, below: "root" }, "root"],
        ["2", { root: outside, below: "root" }, "outside"],
        ["1/a", { root, below: "/a" }, "a"],
        ["root/a/b c", { root, below: "/a/b c" }, "b c"],
        [join(root, "a", "b c"), { root, below: "/a/b c" }, "b c"],
      ] as const)
        assert.deepEqual(
          await connect(nothing, { folder }),
          { name, settings, credential: { scheme: "none" } },
          folder,
        );
    }));

  test("everything else is forbidden, in the same words whether it is there or not", () =>
    withFolders(async ({ root, outside }) => {
      await writeFile(join(root, "file"), "");
      await symlink(outside, join(root, "link"));
      const { connect } = local({ folders: [root] });
      const messages = new Set<string>();
      for (const folder of [
        outside,
        "/",
        "/etc",
        "/no such folder",
        join(root, ".."),
        join(root, "..", "outside"),
        `${root}x`,
        "root/..",
        "root/link",
        join(root, "link"),
        "file",
        "root/file",
        "root/none",
        "0",
        "2",
        "-1",
        "a\0b",
      ])
        await assert.rejects(connect(nothing, { folder }), (error: Error) => {
          messages.add(error.message);
          return fails("forbidden")(error);
        });
      assert.equal(messages.size, 1);
      await assert.rejects(local({ folders: [] }).connect(nothing, { folder: "" }), fails("forbidden"));
      await assert.rejects(local({ folders: [root, outside] }).connect(nothing, { folder: "" }), fails("forbidden"));
      assert.equal((await connect(nothing, {})).name, "root");
    }));

  test("the closest of nested folders holds the account, and an operator may name one by a link", () =>
    withFolders(async ({ root, outside }) => {
      await mkdir(join(root, "nested", "deep"), { recursive: true });
      const link = join(outside, "link");
      await symlink(root, link);
      const nested = join(root, "nested");
      const { settings } = await local({ folders: [link, nested] }).connect(nothing, { folder: join(nested, "deep") });
      assert.deepEqual(settings, { root: nested, below: "/deep" });
      const connector = local({ folders: [link] });
      assert.deepEqual((await connector.connect(nothing, { folder: "link" })).settings, { root: link, below: "root" });
      const { items } = await openLocal(link).storage.list("root", { cursor: null, limit: 10 });
      assert.deepEqual(
        items.map(({ path }) => path),
        ["/nested"],
      );
    }));

  test("an account whose folder the operator took back is forbidden, one whose folder is gone is not available", () =>
    withFolders(async ({ root, outside, account }) => {
      const get = { type: "folder", id: "root" } as const;
      assert.equal((await account.storage.get(get)).name, "root");
      await rename(root, join(outside, "elsewhere"));
      await assert.rejects(account.storage.get(get), fails("service_not_available"));
      const { storage } = local({ folders: [outside] });
      const context = {
        settings: { root, below: "root" },
        upstream: null as never,
        connections: null as never,
        signal: nothing.signal,
        raw: false,
      };
      await assert.rejects(
        storage?.get({ ...context, ref: () => assert.fail() }, get) ?? Promise.resolve(),
        fails("forbidden"),
      );
    }));
});
