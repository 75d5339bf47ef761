import { createHash, createHmac } from "node:crypto";

/** A request as a server gets it. */
export interface Asked {
  method: string;
  /** As it was sent, with its query. */
  path: string;
  headers: Readonly<Record<string, string>>;
}

export interface Refusal {
  status: number;
  code: string;
  /** OSS' number of the reason. */
  reason?: string;
}

/**
 * Judges an OSS4 signature in a header or a URL, as Alibaba describes what its servers do. It shares no line with what signs:
 * alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4 and …/add-signatures-to-urls
 */
export const judge = (
  asked: Asked,
  bucket: string | undefined,
  secrets: ReadonlyMap<string, string>,
  region: string,
): { accessKeyId: string } | Refusal => {
  const { path, query } = taken(asked.path);
  const said = query.has("x-oss-signature") ? saidInUrl(query) : saidInHeader(asked.headers);
  if (!said) return { status: 403, code: "AccessDenied" };
  const { credential, stamp, signature, additional, seconds } = said;
  const [accessKeyId = "", day = "", signedRegion = "", product, end] = credential.split("/");
  const secret = secrets.get(accessKeyId);
  if (secret === undefined) return { status: 403, code: "InvalidAccessKeyId" };
  if (product !== "oss" || end !== "aliyun_v4_request" || !stamp.startsWith(day))
    return { status: 400, code: "InvalidArgument" };
  if (signedRegion !== region) return { status: 400, code: "InvalidArgument", reason: "0002-00000226" };
  const age = secondsSince(stamp);
  if (age < -15 * 60 || (seconds === null && age > 15 * 60)) return { status: 403, code: "RequestTimeTooSkewed" };
  if (seconds !== null && age > seconds) return { status: 403, code: "AccessDenied" };

  const resource = escaped(`/${bucket === undefined ? "" : `${bucket}/`}${path.slice(1)}`, "/");
  query.delete("x-oss-signature");
  const parameters = [...query].map(([name, value]) => escaped(name) + (value === "" ? "" : `=${escaped(value)}`));
  const names = Object.keys(asked.headers).filter(
    (name) =>
      name.startsWith("x-oss-") || name === "content-type" || name === "content-md5" || additional.includes(name),
  );
  const headers = names.sort().map((name) => `${name}:${asked.headers[name]?.trim()}\n`);
  const payload = asked.headers["x-oss-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  const canonical = `${asked.method}\n${resource}\n${parameters.sort().join("&")}\n${headers.join("")}\n${additional.join(";")}\n${payload}`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  let key = createHmac("sha256", `aliyun_v4${secret}`).update(day).digest();
  for (const part of [signedRegion, "oss", "aliyun_v4_request"]) key = createHmac("sha256", key).update(part).digest();
  const expected = createHmac("sha256", key)
    .update(`OSS4-HMAC-SHA256\n${stamp}\n${day}/${signedRegion}/oss/aliyun_v4_request\n${digest}`)
    .digest("hex");
  return signature === expected ? { accessKeyId } : { status: 403, code: "SignatureDoesNotMatch" };
};

interface Said {
  credential: string;
  stamp: string;
  signature: string;
  additional: string[];
  /** Null of a header. */
  seconds: number | null;
}

const saidInHeader = ({ authorization = "", "x-oss-date": stamp = "" }: Asked["headers"]): Said | null => {
  if (!authorization.startsWith("OSS4-HMAC-SHA256 ")) return null;
  const parts = new Map(
    authorization
      .slice(17)
      .split(",")
      .map((part) => part.trim().split("=") as [string, string]),
  );
  const [credential, signature] = [parts.get("Credential"), parts.get("Signature")];
  const additional = parts.get("AdditionalHeaders")?.split(";") ?? [];
  return credential && signature ? { credential, stamp, signature, additional, seconds: null } : null;
};

const saidInUrl = (query: ReadonlyMap<string, string>): Said | null => {
  const value = (name: string) => query.get(`x-oss-${name}`) ?? "";
  if (value("signature-version") !== "OSS4-HMAC-SHA256") return null;
  return {
    credential: value("credential"),
    stamp: value("date"),
    signature: value("signature"),
    additional: value("additional-headers").split(";").filter(Boolean),
    seconds: Number(value("expires")),
  };
};

/** A path and its query, decoded. */
export const taken = (address: string): { path: string; query: Map<string, string> } => {
  const [path = "", search = ""] = address.split(/\?(.*)/s);
  const pairs = search
    .split("&")
    .filter(Boolean)
    .map((pair) => pair.split(/=(.*)/s).slice(0, 2).map(decodeURIComponent) as [string, string?]);
  return { path: decodeURIComponent(path), query: new Map(pairs.map(([name, value]) => [name, value ?? ""])) };
};

const escaped = (text: string, kept = ""): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(sign) || sign === kept
        ? sign
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

/** By a clock that tests which turn `Date` leave alone. */
const START = Date.now() - performance.now();
const secondsSince = (stamp: string): number => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return (START + performance.now() - Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)) / 1000;
};
