import type { Context, Settings } from "../connector.js";
import { ownBucket } from "../families/objects/places.js";
import type { Bucket } from "../families/objects/store.js";
import type { Protocol } from "../families/s3/protocol.js";
import { BucketRegions } from "../families/s3/regions.js";
import type { Dialect } from "../families/s3/store.js";
import { readBuckets } from "../families/s3/wire.js";

/**
 * What differs from Amazon's words. Sources, below alibabacloud.com/help/en/oss/developer-reference/: putobject
 * (`x-oss-forbid-overwrite`), deletemultipleobjects (a quiet one may have no answer at all).
 */
const OSS: Protocol = {
  name: "OSS",
  prefix: "x-oss-",
  onlyNew: { "x-oss-forbid-overwrite": "true" },
  namespace: null,
  quiet: false,
};

/** The service's origin; source: alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints */
export const endpointOf = ({ region, endpoint }: Settings, ofBucket = region): string =>
  endpoint === null ? `https://oss-${ofBucket}.aliyuncs.com` : String(endpoint);

/** A bucket's name stands before the host's, always. */
const bucketAt = (endpoint: string, bucket: string | null): string =>
  bucket === null ? endpoint : endpoint.replace("://", `://${bucket}.`);

/** Where an account is at home: its one bucket, or the service. */
export const originOf = (settings: Settings): string => {
  const { bucket } = settings;
  return bucketAt(endpointOf(settings), typeof bucket === "string" ? bucket : null);
};

const regions = new BucketRegions();

/** Each bucket has a region, and only that region's endpoint serves it; an endpoint that the user named is asked for all of them. */
export const oss: Dialect = {
  protocol: OSS,
  async urlOf(context, bucket) {
    const { settings } = context;
    if (bucket === null || settings.endpoint !== null || ownBucket(context) === bucket)
      return bucketAt(endpointOf(settings), bucket);
    const region = await regions.regionOf(bucket, () => findRegion(context, bucket));
    return bucketAt(endpointOf(settings, region ?? settings.region), bucket);
  },
};

/** Where a bucket of the account's lies; null where it has none of that name. */
export const findRegion = async (context: Context, bucket: string): Promise<string | null> => {
  // The shortest name with a beginning comes first.
  const { buckets } = await pageOfBuckets(context, { prefix: bucket, "max-keys": 1 });
  return buckets.find(({ name }) => name === bucket)?.region ?? null;
};

/** Entries of one list of buckets, and of all that are told. */
const PAGE = 1000;
const MOST = 10_000;

export const allBuckets = async (context: Context): Promise<Bucket[]> => {
  const all: Bucket[] = [];
  let marker: string | null = null;
  do {
    const page = await pageOfBuckets(context, { "max-keys": PAGE, ...(marker === null ? {} : { marker }) });
    for (const { name, region } of page.buckets) if (region !== null) regions.remember(name, region);
    all.push(...page.buckets);
    marker = page.next;
  } while (marker !== null && all.length < MOST);
  return all;
};

/** Of all regions, by name, whichever endpoint is asked; source: alibabacloud.com/help/en/oss/developer-reference/listbuckets */
const pageOfBuckets = async (context: Context, query: Record<string, string | number>) => {
  const { text } = await context.upstream.text({ path: `${endpointOf(context.settings)}/`, query });
  return readBuckets(text);
};
