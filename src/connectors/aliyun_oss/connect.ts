import { isIP } from "node:net";
import type { Credential } from "../../auth/credential.js";
import type { ConnectContext, Connection, CredentialField, Fields } from "../connector.js";
import { BUCKET, prove, toBucketName, toEndpoint, toRegion, typed } from "../families/s3/connect.js";
import { endpointOf, originOf, oss } from "./endpoints.js";
import { ossStore } from "./store.js";

export const FIELDS: readonly CredentialField[] = [
  { name: "accessKeyId", title: "AccessKey ID", secret: false, required: true },
  { name: "accessKeySecret", title: "AccessKey secret", secret: true, required: true },
  {
    name: "securityToken",
    title: "Security token",
    secret: true,
    required: false,
    hint: "Of temporary keys only",
  },
  {
    name: "region",
    title: "Region",
    secret: false,
    required: true,
    hint: "cn-hangzhou, eu-central-1 …: the bucket's, or that of new buckets",
  },
  BUCKET,
  {
    name: "endpoint",
    title: "Endpoint",
    secret: false,
    required: false,
    hint: "Where it is not https://oss-REGION.aliyuncs.com: an internal or accelerated one",
  },
];

export const connect = async (context: ConnectContext, fields: Fields): Promise<Connection> => {
  const bucket = toBucketName(fields.bucket);
  if (bucket !== null && !ossStore.bucketNames.pattern.test(bucket)) throw typed(ossStore.bucketNames.rule);
  // Alibaba writes it both ways.
  const region = toRegion(fields.region).replace(/^oss-/, "");
  if (region === "") throw typed("The region is missing: cn-hangzhou, eu-central-1 …");
  const endpoint = fields.endpoint?.trim() ? toEndpoint(fields.endpoint) : null;
  if (endpoint && isIP(endpoint.hostname.replace(/^\[|\]$/g, "")) !== 0)
    throw typed("The endpoint must have a host's name: the bucket's name stands before it.");
  const isForeign = endpoint !== null && !/^https:\/\/[^:]+\.aliyuncs\.com$/.test(endpoint.origin);
  if (isForeign && bucket === null)
    throw typed("Only endpoints at https://….aliyuncs.com serve all buckets: name the bucket.");
  const settings = { region, bucket, endpoint: endpoint?.origin ?? null };
  const credential = toKeys(fields, region, isForeign ? endpoint.hostname : null);
  const proven = await prove(context, oss, credential, settings, originOf(settings));
  const { host } = new URL(endpointOf(settings));
  return { ...proven, name: `${bucket ?? credential.accessKeyId} @ ${host}` };
};

const toKeys = (
  { accessKeyId = "", accessKeySecret = "", securityToken = "" }: Fields,
  region: string,
  host: string | null,
): Extract<Credential, { scheme: "oss4" }> => ({
  scheme: "oss4",
  accessKeyId: accessKeyId.trim(),
  accessKeySecret: accessKeySecret.trim(),
  ...(securityToken.trim() === "" ? {} : { securityToken: securityToken.trim() }),
  region,
  ...(host === null ? {} : { host }),
});
