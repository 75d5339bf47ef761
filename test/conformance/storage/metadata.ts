import assert from "node:assert/strict";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import type { Property } from "../../../schema/storage/property.js";
import { contentOf } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { pngOf } from "../../support/images.js";
import { type Check, keyOf } from "./bench.js";

const values = (properties: readonly Property[]) =>
  Object.fromEntries(properties.map(({ key, value }) => [key, value]));

export const metadata = (check: Check): void => {
  for (const format of ["png", "jpeg"] as const)
    check(`the thumbnail of an image as ${format}`, ["thumbnail", "upload"], async (bench) => {
      const file = await bench.upload("image.png", pngOf(200), { mimeType: "image/png" });
      const { body, mimeType } = await bench.storage.thumbnail(file.id.native, { size: 64, format });
      const content = await contentOf(body);
      assert.equal(mimeType, `image/${format}`);
      const { width, height } = format === "png" ? PNG.sync.read(content) : jpeg.decode(content);
      assert.ok(width > 0 && height > 0 && Math.max(width, height) <= 64, `${width} × ${height}`);
    });

  check("what is no image has no thumbnail", ["thumbnail", "upload"], async (bench) => {
    for (const [name, content] of [
      ["text.txt", "just text"],
      ["fake.png", "not a picture"],
      ["cut.png", pngOf(200).subarray(0, 60)],
    ] as const) {
      const file = await bench.upload(name, content);
      const thumbnail = bench.storage.thumbnail(file.id.native, { size: 64, format: "png" });
      await assert.rejects(thumbnail, fails("not_found"), name);
    }
  });

  check(
    "properties: named ones change, null deletes, others stay",
    ["properties", "setProperties", "upload"],
    async (bench) => {
      const { storage } = bench;
      const key = keyOf(await bench.upload("a.txt"));
      assert.deepEqual(await storage.properties(key), []);
      const set = (properties: Record<string, string | null>) =>
        storage.setProperties(
          key,
          Object.entries(properties).map(([name, value]) => ({ key: name, value })),
        );
      assert.deepEqual(values(await set({ one: "1", two: "2" })), { one: "1", two: "2" });
      assert.deepEqual(values(await set({ two: null, three: "drei é" })), { one: "1", three: "drei é" });
      assert.deepEqual(values(await set({ one: "uno", absent: null })), { one: "uno", three: "drei é" });
      assert.deepEqual(values(await storage.properties(key)), { one: "uno", three: "drei é" });
      assert.deepEqual(values(await set({})), { one: "uno", three: "drei é" });
      const other = await bench.upload("b.txt");
      assert.deepEqual(await storage.properties(keyOf(other)), []);
    },
  );

  check(
    "permissions: merged, taken away, replaced; the owner stays",
    ["permissions", "setPermissions", "upload"],
    async (bench) => {
      const { storage } = bench;
      const key = keyOf(await bench.upload("a.txt"));
      const before = await storage.permissions(key);
      const owners = before.filter(({ role }) => role === "owner").length;
      const [lee, kim] = ["lee@example.com", "kim@example.com"];
      const roles = async () => {
        const permissions = await storage.permissions(key);
        assert.equal(permissions.filter(({ role }) => role === "owner").length, owners);
        return Object.fromEntries(permissions.flatMap(({ email, role }) => (role === "owner" ? [] : [[email, role]])));
      };
      const set = (changes: Record<string, string | null>, replace: boolean) =>
        storage.setPermissions(
          key,
          Object.entries(changes).map(([email, role]) => ({ email, role, type: "user" })),
          replace,
        );
      const answer = await set({ [lee]: "reader", [kim]: "writer" }, false);
      assert.deepEqual(await roles(), { [lee]: "reader", [kim]: "writer" });
      assert.equal(answer.length, before.length + 2);
      await set({ [lee]: "writer" }, false);
      assert.deepEqual(await roles(), { [lee]: "writer", [kim]: "writer" });
      await set({ [kim]: null }, false);
      assert.deepEqual(await roles(), { [lee]: "writer" });
      await set({ [kim]: "reader" }, true);
      assert.deepEqual(await roles(), { [kim]: "reader" });
      await set({}, true);
      assert.deepEqual(await roles(), {});
    },
  );

  check("quota: whole bytes, and no more used than there are", ["quota"], async ({ storage }) => {
    const { total, used, kind } = await storage.quota();
    for (const bytes of [total, used])
      assert.ok(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0), `${bytes}`);
    if (total !== null && used !== null) assert.ok(used <= total, `${used} of ${total}`);
    assert.ok(kind === null || kind.length > 0);
  });
};
