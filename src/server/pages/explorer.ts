import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyPluginAsync } from "fastify";
import { KEY_BAR, KEY_SCRIPT } from "./keyBar.js";

/** One opening tab of the explorer. `variables` and `headers` are JSON as a person would type it. */
export interface TourStop {
  title: string;
  query: string;
  variables?: string;
  headers?: string;
}

type Encoding = "br" | "gzip" | "identity";
interface Page {
  etag: string;
  policy: string;
  bodies: Record<Encoding, Buffer>;
}

/** GraphiQL at `/explorer`, whole in one page that loads nothing from anywhere else. Subscriptions come as server-sent events. */
export const explorerRoutes = (tour: readonly TourStop[]): FastifyPluginAsync => {
  let page: Promise<Page> | undefined;
  return async (app) => {
    app.get("/explorer", async (request, reply) => {
      page ??= render(tour);
      const { etag, policy, bodies } = await page;
      reply.headers({ etag, "content-security-policy": policy, "cache-control": "no-cache", vary: "accept-encoding" });
      if (request.headers["if-none-match"]?.includes(etag)) return reply.code(304).send();
      const encoding = choose(request.headers["accept-encoding"]);
      if (encoding !== "identity") reply.header("content-encoding", encoding);
      return reply.type("text/html; charset=utf-8").send(bodies[encoding]);
    });
  };
};

const render = async (tour: readonly TourStop[]): Promise<Page> => {
  // Nine megabytes of text that a server nobody explores need not hold.
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const graphiql = renderGraphiQL({
    title: "Unigraph explorer",
    endpoint: "/graphql",
    subscriptionsProtocol: "GRAPHQL_SSE",
    defaultEditorToolsVisibility: "variables",
    shouldPersistHeaders: false,
    defaultTabs: tour.map(({ title, query, variables, headers }) => ({
      query: `# ${title}\n${query.trim()}\n`,
      variables: variables ?? null,
      headers: headers ?? null,
    })),
  });
  const root = graphiql.indexOf('<div id="root"></div>');
  const [before, after] = [graphiql.slice(0, root), graphiql.slice(root)];
  const html = `${before}${KEY_BAR}<script>${KEY_SCRIPT}</script>${after}`;
  const bytes = Buffer.from(html);
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    promisify(gzip)(bytes),
  ]);
  const script = after.slice(after.indexOf("<script>") + "<script>".length, after.lastIndexOf("</script>"));
  return {
    etag: `"${digest(html, "base64url").slice(0, 22)}"`,
    policy: policyOf([KEY_SCRIPT, script]),
    bodies: { br, gzip: zipped, identity: bytes },
  };
};

const digest = (text: string, encoding: "base64" | "base64url"): string =>
  createHash("sha256").update(text).digest(encoding);

/** The page's scripts by their hashes, workers from blobs that it makes itself, and requests to nobody but us. */
const policyOf = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'sha256-${digest(script, "base64")}'`).join(" ")} blob:`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

const choose = (accepted = ""): Encoding =>
  /\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
    ? "br"
    : /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
      ? "gzip"
      : "identity";
