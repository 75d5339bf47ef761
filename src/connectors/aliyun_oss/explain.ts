import type { Explain } from "../../upstream/upstream.js";
import { type Codes, explain as explainS3, lookUp, readRefusal } from "../families/s3/explain.js";

/**
 * What OSS says beyond S3's codes. Sources, below alibabacloud.com/help/en/oss/: support/http-status-code-503,
 * user-guide/429-error, how-to-troubleshoot-403-status-code-when-you-access-oss, user-guide/0026-00000002
 */
const CODES: Codes = {
  SecurityTokenExpired: ["service_unauthorized", "The temporary keys have expired."],
  InvalidSecurityToken: ["service_unauthorized", "The security token is not valid."],
  AccessKeyIdAndSecurityTokenNotMatch: [
    "service_unauthorized",
    "The security token is not the one of this access key id.",
  ],
  UserDisable: ["service_forbidden", "The Alibaba Cloud account is disabled, or has bills to pay."],
  InDebt: ["service_forbidden", "The Alibaba Cloud account has bills to pay."],
  InDebtOverdue: ["service_forbidden", "The Alibaba Cloud account has bills to pay."],
  AbnormalBucketOwnerStatus: ["service_forbidden", "The account of the bucket's owner is disabled."],
  BucketDisable: ["service_forbidden", "Alibaba Cloud has disabled the bucket."],
  BucketNotBelongTo: ["service_forbidden", "The bucket is not one of this account's."],
  FileAlreadyExists: "naming_conflict",
  FileImmutable: ["service_forbidden", "A retention policy keeps the object as it is."],
  InvalidObjectName: ["invalid_parameters", "The service does not take this name for an object."],
  EntityTooSmall: ["bad_request", "Every part but the last must have at least 100 KB."],
  QpsLimitExceeded: "too_many_service_requests",
  TotalQpsLimitExceeded: "too_many_service_requests",
  MetaOperationQpsLimitExceeded: "too_many_service_requests",
  ActiveRequestLimitExceeded: "too_many_service_requests",
  UploadTrafficRateLimitExceeded: "too_many_service_requests",
  DownloadTrafficRateLimitExceeded: "too_many_service_requests",
};

/** Finer than codes, which several reasons share; sources: help.aliyun.com/en/oss/user-guide/ and the number. */
const REASONS: Codes = {
  "0002-00000226": ["service_forbidden", "The service expects another region than the account says."],
  "0002-00000228": ["service_forbidden", "The service expects another region than the account says."],
  "0016-00000306": ["service_forbidden", "Objects can be copied and moved within one region only."],
};

export const explain: Explain = (status, body, headers) => {
  const text = typeof body === "string" ? body : "";
  const region = /<Endpoint>oss-([a-z0-9-]{1,32})\.aliyuncs\.com<\/Endpoint>/.exec(text)?.[1];
  if (region !== undefined) return { code: "service_forbidden", message: `The bucket lies in the region ${region}.` };
  const reason = /<EC>(\d{4}-\d{8})<\/EC>/.exec(text)?.[1] ?? "";
  return lookUp(REASONS, reason) ?? lookUp(CODES, readRefusal(text).code) ?? explainS3(status, body, headers);
};
