import { CERTIFICATE, connector } from "../connector.js";
import { rawIdsOf } from "../families/objects/rawIds.js";
import { storageOf } from "../families/objects/storage.js";
import { connect } from "./connect.js";
import { explain } from "./explain.js";
import { blobStore } from "./store.js";

/** Azure Blob Storage. README.md tells what was found. */
export const azure = connector({
  service: "azure",
  title: "Azure Blob Storage",
  category: "object_storage",
  origin: ({ endpoint }) => new URL(String(endpoint)).origin,
  auth: {
    scheme: "credentials",
    fields: [
      { name: "account", title: "Storage account", secret: false, required: true },
      { name: "key", title: "Account key", secret: true, required: false, hint: "Or a shared access signature" },
      {
        name: "sas",
        title: "Shared access signature",
        secret: true,
        required: false,
        hint: "In place of the key: sv=…&sig=…, or the whole URL",
      },
      {
        name: "container",
        title: "Container",
        secret: false,
        required: false,
        hint: "The account's only one; without it, all containers are folders",
      },
      {
        name: "endpoint",
        title: "Endpoint",
        secret: false,
        required: false,
        hint: "Where it is not https://ACCOUNT.blob.core.windows.net",
      },
      CERTIFICATE,
    ],
  },
  // 20,000 requests a second for a storage account: no account meets that here.
  budget: { concurrency: 16 },
  explain,
  connect,
  raw: { methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
  rawIds: rawIdsOf("container_name"),
  storage: storageOf(blobStore),
});
