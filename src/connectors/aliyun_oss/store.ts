import type { ObjectStore } from "../families/objects/store.js";
import { LIMITS, s3Store } from "../families/s3/store.js";
import { allBuckets, findRegion, oss } from "./endpoints.js";

/** One request copies 1 GB at most, so Amazon's limit will do; source: alibabacloud.com/help/en/oss/developer-reference/copyobject */
const base = s3Store(oss, { ...LIMITS, key: 1023 });

/** OSS' REST API: S3's with a few rules of its own. */
export const ossStore: ObjectStore = {
  ...base,
  buckets: allBuckets,

  /** Source: alibabacloud.com/help/en/oss/user-guide/bucket-naming-conventions */
  bucketNames: {
    pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    rule: "A bucket's name has from 3 to 63 small letters, digits and hyphens, and begins and ends with a letter or digit.",
  },

  /** Source: alibabacloud.com/help/en/oss/user-guide/object-naming-conventions */
  isKey: (key) => !/^[/\\]/.test(key),

  /**
   * Else a range that ends behind the object's end brings all of it.
   * Source: alibabacloud.com/help/en/oss/how-to-obtain-oss-resources-by-segmenting-http-range-requests
   */
  readHeaders: { "x-oss-range-behavior": "standard" },

  /** A PUT of a bucket that the account has already would change it; source: alibabacloud.com/help/en/oss/developer-reference/putbucket */
  async createBucket(context, name) {
    if ((await findRegion(context, name)) !== null) return { isMade: false, repeated: false };
    return base.createBucket(context, name);
  },

  /** A type is part of every signature, and many clients send one unasked: so it is always said which. */
  putHeaders: ({ mimeType = "application/octet-stream", isNew }) => base.putHeaders({ mimeType, isNew }),
};
