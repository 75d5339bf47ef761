import { CERTIFICATE, connector } from "../connector.js";
import { rawIdsOf } from "../families/objects/rawIds.js";
import { storageOf } from "../families/objects/storage.js";
import { BUCKET, KEYS, prove, toBucketName, toEndpoint, toKeys, toRegion, typed } from "../families/s3/connect.js";
import { explain } from "../families/s3/explain.js";
import { S3 } from "../families/s3/protocol.js";
import { type Dialect, s3Store } from "../families/s3/store.js";

/** The bucket's name stands in the path, or is a part of the host already. */
const dialect: Dialect = {
  protocol: S3,
  urlOf: async ({ settings: { origin, style } }, bucket) =>
    bucket === null || style === "virtual" ? String(origin) : `${origin}/${bucket}`,
};

/** Whatever speaks S3's protocol: MinIO, Ceph, Swift, Wasabi, R2, Google's interoperability … README.md tells what was found. */
export const s3Compatible = connector({
  service: "s3_compatible",
  title: "S3-compatible storage",
  category: "object_storage",
  origin: ({ origin }) => String(origin),
  auth: {
    scheme: "credentials",
    fields: [
      {
        name: "endpoint",
        title: "Endpoint",
        secret: false,
        required: true,
        hint: "Without a path: https://minio.example.com:9000",
      },
      ...KEYS,
      { name: "region", title: "Region", secret: false, required: false, hint: "us-east-1 where nothing else is said" },
      BUCKET,
      {
        name: "style",
        title: "Address style",
        secret: false,
        required: false,
        hint: "`path`, or `virtual` where the bucket's name stands before the host's",
      },
      CERTIFICATE,
    ],
  },
  budget: { concurrency: 8 },
  explain,

  connect(context, fields) {
    const [endpoint, bucket] = [toEndpoint(fields.endpoint), toBucketName(fields.bucket)];
    const style = fields.style?.trim() || "path";
    if (style !== "path" && style !== "virtual") throw typed("The address style is `path` or `virtual`.");
    if (style === "virtual" && bucket === null) throw typed("The style `virtual` needs the bucket's name.");
    const origin = style === "path" ? endpoint.origin : `${endpoint.protocol}//${bucket}.${endpoint.host}`;
    if (!URL.canParse(origin)) throw typed("This bucket's name cannot stand before a host's: use the style `path`.");
    const region = toRegion(fields.region) || "us-east-1";
    return prove(context, dialect, toKeys(fields, region), { origin, region, bucket, style }, origin);
  },

  raw: { methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
  rawIds: rawIdsOf("bucket_name"),
  storage: storageOf(s3Store(dialect)),
});
