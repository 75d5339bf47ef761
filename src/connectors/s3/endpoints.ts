import type { Upstream } from "../../upstream/upstream.js";
import type { Context } from "../connector.js";
import { ownBucket } from "../families/objects/places.js";
import type { Dialect } from "../families/s3/store.js";

/** Source: docs.aws.amazon.com/general/latest/gr/s3.html */
export const originOf = (region: string): string =>
  `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/**
 * Each bucket has a region, and only that region's endpoint serves it: which one it is, the list of buckets tells, or a HEAD of
 * the bucket, whatever it answers. The bucket's name stands before the host's, unless it would not fit a certificate there.
 */
export const amazon: Dialect = {
  async urlOf(context, bucket) {
    if (bucket === null) return originOf(String(context.settings.region));
    const origin = originOf(await regionOf(context, bucket));
    return FITS_A_HOST.test(bucket) ? origin.replace("https://", `https://${bucket}.`) : `${origin}/${bucket}`;
  },
  learn(buckets) {
    for (const { name, region } of buckets) if (region !== null) remember(name, region);
  },
  /** Source: docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
  location: ({ settings }) =>
    settings.region === "us-east-1"
      ? ""
      : `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${settings.region}</LocationConstraint></CreateBucketConfiguration>`,
};

const FITS_A_HOST = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** Buckets' regions, known to everybody who asks; a bucket that is deleted may be made anew elsewhere. */
const regions = new Map<string, { region: string; until: number }>();
const MOST = 10_000;
const LIFE = 10 * 60_000; // ms

const remember = (bucket: string, region: string): void => {
  if (!/^[a-z0-9-]{1,32}$/.test(region)) return;
  regions.delete(bucket);
  for (const oldest of regions.keys()) {
    if (regions.size < MOST) break;
    regions.delete(oldest);
  }
  regions.set(bucket, { region, until: Date.now() + LIFE });
};

const regionOf = async (context: Context, bucket: string): Promise<string> => {
  const own = String(context.settings.region);
  if (ownBucket(context) === bucket) return own;
  const known = regions.get(bucket);
  if (known && known.until > Date.now()) return known.region;
  const found = await findRegion(context.upstream, bucket, own);
  if (found !== null) remember(bucket, found);
  return found ?? own;
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
