import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Agent, type Dispatcher } from "undici";
import type { Fields } from "../../../src/connectors/connector.js";
import { aws4 } from "../../../src/upstream/signers/aws4.js";
import { openCall } from "../../layers/through.js";
import { start } from "../../servers/server.js";
import { SWIFT_KEYS, SWIFT_REGION, swift } from "../../servers/swift.js";
import { type Asked, judge, type Refusal, taken } from "./signed.js";

export const REGION = "cn-hangzhou";

type Keys = (typeof SWIFT_KEYS)[keyof typeof SWIFT_KEYS];

interface Request extends Asked {
  body: Buffer;
}
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * A stand-in for OSS: its signatures, hosts, words and rules as Alibaba documents them, in front of OpenStack Swift's S3 API,
 * whose storage it is.
 */
export interface Front {
  /** `http://oss.localhost:PORT`; buckets have hosts below it. */
  endpoint: string;
  /** What a user types of a bucket. */
  fieldsOf(keys: Keys, bucket: string): Fields;
  /** In Swift itself. */
  makeBucket(keys: Keys, name: string): Promise<void>;
  /** A request to this host, without a socket. */
  handle(host: string, request: Request): Promise<Answer>;
  close(): Promise<void>;
}

export const openFront = async (): Promise<Front> => {
  const server = await start(swift);
  const agent = new Agent();
  const { origin } = new URL(server.url);
  const handle: Front["handle"] = (host, request) => answerOf(origin, agent, host, request);
  const http = createServer(async (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { method = "GET", url: path = "/" } = request;
    const answer = await handle(String(headers.host), { method, path, headers, body: await buffer(request) });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  const endpoint = `http://oss.localhost:${(http.address() as AddressInfo).port}`;
  return {
    endpoint,
    fieldsOf: ({ accessKeyId, secretAccessKey }, bucket) => ({
      accessKeyId,
      accessKeySecret: secretAccessKey,
      region: REGION,
      endpoint,
      bucket,
    }),
    async makeBucket({ accessKeyId }, name) {
      const request = { method: "PUT", path: `/${name}`, headers: {}, body: NOTHING };
      const { status } = await forward(origin, agent, accessKeyId, request);
      assert.equal(status, 200);
    },
    handle,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await agent.close();
      await server.stop();
    },
  };
};

const HOST = /^(?:([a-z0-9-]+)\.)?(?:oss\.localhost(?::\d+)?|oss-cn-hangzhou\.aliyuncs\.com)$/;
const KEYS = Object.values(SWIFT_KEYS);
const SECRETS: ReadonlyMap<string, string> = new Map(
  KEYS.map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]),
);

const answerOf = async (origin: string, agent: Dispatcher, host: string, request: Request): Promise<Answer> => {
  const [known, bucket] = HOST.exec(host) ?? [];
  if (known === undefined) return refused({ status: 403, code: "SecondLevelDomainForbidden" });
  const judged = judge(request, bucket, SECRETS, REGION);
  if ("code" in judged) return refused(judged);
  const { path, query } = taken(request.path);
  if (/^\/[/\\]/.test(path)) return refused({ status: 400, code: "InvalidObjectName" });
  const ask = (method: string, headers: Record<string, string>, body: Buffer) =>
    forward(origin, agent, judged.accessKeyId, { method, path: pathAt(bucket, request.path), headers, body });
  if (bucket === undefined) return listed(await ask("GET", {}, NOTHING), query);
  const send = () => ask(request.method, toAmazon(request.headers), request.body);
  if (request.headers["x-oss-forbid-overwrite"] !== "true") return send();
  return inTurn(async () => {
    const there = await forward(origin, agent, judged.accessKeyId, {
      method: "HEAD",
      path: pathAt(bucket, request.path.replace(/\?.*/s, "")),
      headers: {},
      body: NOTHING,
    });
    return there.status === 200 ? refused({ status: 409, code: "FileAlreadyExists" }) : send();
  });
};

const NOTHING = Buffer.alloc(0);

const refused = ({ status, code, reason }: Refusal): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: Buffer.from(`<Error><Code>${code}</Code>${reason === undefined ? "" : `<EC>${reason}</EC>`}</Error>`),
});

/** Path style, without what belonged to a signature. */
const pathAt = (bucket: string | undefined, address: string): string => {
  const [path = "", search = ""] = address.split(/\?(.*)/s);
  const kept = search.split("&").filter((pair) => pair !== "" && !pair.startsWith("x-oss-"));
  return `${bucket === undefined ? "" : `/${bucket}`}${path}${kept.length === 0 ? "" : `?${kept.join("&")}`}`;
};

const FORWARDED = /^(content-type|content-md5|cache-control|range|x-oss-copy-source.*|x-oss-meta-.*)$/;

/** A range means what it says only where the standard behaviour was asked for. */
const toAmazon = (headers: Request["headers"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => FORWARDED.test(name))
      .filter(([name]) => name !== "range" || headers["x-oss-range-behavior"] === "standard")
      .map(([name, value]) => [name.replace(/^x-oss-/, "x-amz-"), value]),
  );

const forward = async (
  origin: string,
  agent: Dispatcher,
  accessKeyId: string,
  { method, path, headers, body }: Request & { headers: Record<string, string> },
): Promise<Answer> => {
  const secretAccessKey = SECRETS.get(accessKeyId) as string;
  const signed = await aws4(
    { origin, method: method as Dispatcher.HttpMethod, path, headers, body, call: openCall() },
    { scheme: "aws4", accessKeyId, secretAccessKey, region: SWIFT_REGION, service: "s3", literalPaths: true },
  );
  const { call: _, ...options } = signed;
  const answer = await agent.request(options);
  const told = Object.entries(answer.headers)
    .filter(([name]) => !/^(connection|transfer-encoding)$/.test(name))
    .map(([name, value]) => [name.replace(/^x-amz-/, "x-oss-"), String(value)]);
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(told),
    body: Buffer.from(await answer.body.arrayBuffer()),
  };
};

/** Buckets with their region, in pages. */
const listed = ({ status, headers, body }: Answer, query: ReadonlyMap<string, string>): Answer => {
  if (status !== 200) return { status, headers, body };
  const all = [...body.toString().matchAll(/<Bucket><Name>([^<]*)<\/Name>(.*?)<\/Bucket>/gs)];
  const after = all.filter(
    ([, name = ""]) => name > (query.get("marker") ?? "") && name.startsWith(query.get("prefix") ?? ""),
  );
  const page = after.slice(0, Number(query.get("max-keys") ?? 100));
  const text = page.map(
    ([, name, rest]) =>
      `<Bucket>${rest}<Location>oss-${REGION}</Location><Name>${name}</Name><Region>${REGION}</Region></Bucket>`,
  );
  const more =
    page.length < after.length ? `<IsTruncated>true</IsTruncated><NextMarker>${page.at(-1)?.[1]}</NextMarker>` : "";
  const document = `<ListAllMyBucketsResult>${more}<Buckets>${text.join("")}</Buckets></ListAllMyBucketsResult>`;
  return { status, headers: { "content-type": "application/xml" }, body: Buffer.from(document) };
};

/** One look and one write at a time. */
let last: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return turn;
};
