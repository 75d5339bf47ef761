import {
  type Connector,
  connector,
  type EventsOperations,
  type StorageItem,
  type StorageOperations,
} from "../../src/connectors/connector.js";
import type { TestCore } from "./core.js";

/** A service that says what a test wants it to: its operations are the test's own. */
export const scripted = (
  storage: Partial<StorageOperations>,
  service = "scripted",
  events?: EventsOperations,
): Connector =>
  connector({
    service,
    title: "Scripted",
    category: "cloud_storage",
    auth: { scheme: "none", fields: [] },
    budget: { concurrency: 8 },
    connect: async () => ({ name: service, settings: {}, credential: { scheme: "none" } }),
    storage: {
      traits: { pageSize: 100 },
      get: () => Promise.reject(new Error("not in this test")),
      ...storage,
    },
    ...(events ? { events } : {}),
  });

/** Makes the core know a service that the program does not have. */
export const install = ({ unified }: TestCore, added: Connector): void => {
  (unified.connectors as Map<string, Connector>).set(added.service, added);
};

/** A file or a folder with what tests look at. */
export const itemOf = (
  context: { ref(type: string, native: string): unknown },
  type: "file" | "folder",
  id: string,
  facts: object = {},
): StorageItem =>
  ({
    id: context.ref(type, id),
    api: "storage",
    type,
    name: id,
    path: null,
    parentId: null,
    created: null,
    modified: null,
    ...(type === "file" ? { size: 1, mimeType: null, downloadable: true, creator: null, lastModifier: null } : {}),
    ...facts,
  }) as StorageItem;
