import { after, before, describe } from "node:test";
import { type OpenedAccount, storageConformance } from "../conformance/storage.js";
import { install } from "../servers/install.js";
import { SWIFT_KEYS, swift } from "../servers/swift.js";
import { openThroughUnified } from "../support/open.js";
import { type Front, openFront } from "./aliyun_oss/front.js";

describe("OSS in front of OpenStack Swift", { skip: await install(swift) }, () => {
  let front: Front;
  before(async () => {
    front = await openFront();
  });
  after(() => front?.close());

  /** An account on a new bucket, and another on a bucket of somebody else's. */
  const open = async (bucket: string): Promise<OpenedAccount> => {
    const { owner, other } = SWIFT_KEYS;
    for (const keys of [owner, other]) await front.makeBucket(keys, bucket);
    return openThroughUnified("aliyun_oss", front.fieldsOf(owner, bucket), { foreign: front.fieldsOf(other, bucket) });
  };

  storageConformance("aliyun_oss in front of Swift", () => open("conformance"));
});
