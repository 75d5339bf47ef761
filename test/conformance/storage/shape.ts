import assert from "node:assert/strict";
import type { StorageItem } from "../../../src/connectors/connector.js";
import { Ref } from "../../../src/ids.js";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Every field of the unified class is there, `null` where the service says nothing. */
export const assertItem = (item: StorageItem): void => {
  assert.equal(item.api, "storage");
  assert.ok(item.type === "file" || item.type === "folder", `type ${item.type}`);
  assert.ok(item.id instanceof Ref);
  assert.deepEqual([item.id.api, item.id.type], ["storage", item.type]);
  assert.ok(item.id.native.length > 0);
  assert.equal(typeof item.name, "string");
  assert.ok(item.path === null || item.path.startsWith("/"), `path ${item.path}`);
  assertTime(item.created);
  assertTime(item.modified);
  assert.ok(item.parentId === null || (item.parentId instanceof Ref && item.parentId.type === "folder"));
  assertPerson(item.owner);
  if (item.type === "folder") {
    for (const flag of [item.canCreateFolders, item.canUploadFiles])
      assert.ok(flag === null || typeof flag === "boolean");
    return;
  }
  assert.ok(item.size === null || (Number.isSafeInteger(item.size) && item.size >= 0), `size ${item.size}`);
  assert.ok(item.mimeType === null || /^[\w.+-]+\/[\w.+-]+/.test(item.mimeType), `mimeType ${item.mimeType}`);
  assert.equal(typeof item.downloadable, "boolean");
  assertPerson(item.creator);
  assertPerson(item.lastModifier);
};

export const assertTime = (time: string | null): void =>
  assert.ok(time === null || (ISO.test(time) && !Number.isNaN(Date.parse(time))), `time ${time}`);

const assertPerson = (person: StorageItem["owner"]): void => {
  if (person === null) return;
  assert.ok(
    person.id !== null || person.name !== null || person.email !== null,
    "a person of whom nothing is known is null",
  );
};
