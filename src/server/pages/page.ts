import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyPluginAsync } from "fastify";

export interface Page {
  html: string;
  /** All scripts in it, as they stand in it. */
  scripts: readonly string[];
  /** What it needs beside its scripts, its style and requests to us: directives of a content security policy. */
  needs?: Readonly<Record<string, string>>;
}

type Encoding = "br" | "gzip" | "identity";
interface Served {
  etag: string;
  policy: string;
  bodies: Record<Encoding, Buffer>;
}

/** A page that loads nothing from anywhere else, made when it is first asked for. */
export const pageRoutes = (path: string, make: () => Promise<Page>): FastifyPluginAsync => {
  let served: Promise<Served> | undefined;
  return async (app) => {
    app.get(path, async (request, reply) => {
      served ??= make().then(prepare);
      const { etag, policy, bodies } = await served;
      reply.headers({ etag, "content-security-policy": policy, "cache-control": "no-cache", vary: "accept-encoding" });
      if (request.headers["if-none-match"]?.includes(etag)) return reply.code(304).send();
      const encoding = choose(request.headers["accept-encoding"]);
      if (encoding !== "identity") reply.header("content-encoding", encoding);
      return reply.type("text/html; charset=utf-8").send(bodies[encoding]);
    });
  };
};

const prepare = async (page: Page): Promise<Served> => {
  const bytes = Buffer.from(page.html);
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    promisify(gzip)(bytes),
  ]);
  return {
    etag: `"${digest(page.html, "base64url").slice(0, 22)}"`,
    policy: policyOf(page),
    bodies: { br, gzip: zipped, identity: bytes },
  };
};

const digest = (text: string, encoding: "base64" | "base64url"): string =>
  createHash("sha256").update(text).digest(encoding);

/** The page's scripts by their hashes, and requests to nobody but us. */
const policyOf = ({ scripts, needs = {} }: Page): string => {
  const directives: Record<string, string> = {
    "default-src": "'none'",
    "script-src": scripts.map((script) => `'sha256-${digest(script, "base64")}'`).join(" "),
    "style-src": "'unsafe-inline'",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
  };
  for (const [directive, sources] of Object.entries(needs))
    directives[directive] = `${directives[directive] ?? ""} ${sources}`.trim();
  return Object.entries(directives)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join("; ");
};

const choose = (accepted = ""): Encoding =>
  /\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
    ? "br"
    : /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
      ? "gzip"
      : "identity";
