import { connector } from "../connector.js";
import { rawIdsOf } from "../families/objects/rawIds.js";
import { storageOf } from "../families/objects/storage.js";
import { connect, FIELDS } from "./connect.js";
import { originOf } from "./endpoints.js";
import { explain } from "./explain.js";
import { ossStore } from "./store.js";

/** Alibaba Cloud Object Storage Service. README.md tells what was found. */
export const aliyunOss = connector({
  service: "aliyun_oss",
  title: "Alibaba Cloud OSS",
  category: "object_storage",
  origin: originOf,
  // Every region has an endpoint, and every bucket a host below it.
  hosts: [".aliyuncs.com"],
  auth: { scheme: "credentials", fields: FIELDS },
  // 10,000 requests a second for all that an Alibaba Cloud account does: no account meets that here.
  budget: { concurrency: 16 },
  explain,
  connect,
  raw: { methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
  rawIds: rawIdsOf("bucket_name"),
  storage: storageOf(ossStore),
});
