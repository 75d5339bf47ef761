import { connector } from "../connector.js";
import { rawIdsOf } from "../families/objects/rawIds.js";
import { storageOf } from "../families/objects/storage.js";
import { BUCKET, KEYS, prove, toBucketName, toKeys, toRegion, typed } from "../families/s3/connect.js";
import { explain } from "../families/s3/explain.js";
import { s3Store } from "../families/s3/store.js";
import { amazon, findRegion, originOf } from "./endpoints.js";

const USUAL_REGION = "us-east-1";

/** Amazon S3. README.md tells what was found. */
export const s3 = connector({
  service: "s3",
  title: "Amazon S3",
  category: "object_storage",
  origin: ({ region }) => originOf(String(region)),
  // Every region has an endpoint, and every bucket a host below it.
  hosts: [".amazonaws.com", ".amazonaws.com.cn"],
  auth: {
    scheme: "credentials",
    fields: [
      ...KEYS,
      { name: "sessionToken", title: "Session token", secret: true, required: false, hint: "Of temporary keys only" },
      { name: "region", title: "Region", secret: false, required: false, hint: "eu-central-1; found out for a bucket" },
      BUCKET,
    ],
  },
  // 3,500 writes and 5,500 reads a second for each prefix: no account meets that here.
  budget: { concurrency: 16 },
  explain,

  async connect(context, fields) {
    const [asked, bucket] = [toRegion(fields.region), toBucketName(fields.bucket)];
    const near = asked || USUAL_REGION;
    const upstream = context.upstream(originOf(near), { scheme: "none" });
    const region = (bucket && (await findRegion(upstream, bucket, near))) || near;
    if (asked !== "" && asked !== region) throw typed(`The bucket lies in the region ${region}.`);
    return prove(context, amazon, toKeys(fields, region), { region, bucket }, originOf(region));
  },

  raw: { methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
  rawIds: rawIdsOf("bucket_name"),
  storage: storageOf(s3Store(amazon)),
});
