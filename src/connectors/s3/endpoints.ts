import type { Upstream } from "../../upstream/upstream.js";
import type { Context } from "../connector.js";
import { ownBucket } from "../families/objects/places.js";
import { S3 } from "../families/s3/protocol.js";
import { BucketRegions } from "../families/s3/regions.js";
import type { Dialect } from "../families/s3/store.js";

/** Source: docs.aws.amazon.com/general/latest/gr/s3.html */
export const originOf = (region: string): string =>
  `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/**
 * Each bucket has a region, and only that region's endpoint serves it: which one it is, the list of buckets tells, or a HEAD of
 * the bucket, whatever it answers. The bucket's name stands before the host's, unless it would not fit a certificate there.
 */
export const amazon: Dialect = {
  protocol: S3,
  async urlOf(context, bucket) {
    if (bucket === null) return originOf(String(context.settings.region));
    const origin = originOf(await regionOf(context, bucket));
    return FITS_A_HOST.test(bucket) ? origin.replace("https://", `https://${bucket}.`) : `${origin}/${bucket}`;
  },
  learn(buckets) {
    for (const { name, region } of buckets) if (region !== null) regions.remember(name, region);
  },
  /** Source: docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
  location: ({ settings }) =>
    settings.region === "us-east-1"
      ? ""
      : `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${settings.region}</LocationConstraint></CreateBucketConfiguration>`,
};

const FITS_A_HOST = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

const regions = new BucketRegions();

const regionOf = async (context: Context, bucket: string): Promise<string> => {
  const own = String(context.settings.region);
  if (ownBucket(context) === bucket) return own;
  return (await regions.regionOf(bucket, () => findRegion(context.upstream, bucket, own))) ?? own;
};

/**
 * Null where Amazon does not say. Who asks need not be allowed anything.
 * Source: docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export const findRegion = async (upstream: Upstream, bucket: string, region: string): Promise<string | null> => {
  const { headers } = await upstream.text({
    method: "HEAD",
    path: `${originOf(region)}/${bucket}`,
    accept: [400, 403, 404],
  });
  return headers["x-amz-bucket-region"] ?? null;
};
