import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import type { FastifyPluginAsync } from "fastify";

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
  const html = Buffer.from(
    renderGraphiQL({
      title: "Unigraph explorer",
      endpoint: "/graphql",
      subscriptionsProtocol: "GRAPHQL_SSE",
      defaultEditorToolsVisibility: "headers",
      shouldPersistHeaders: true,
      defaultTabs: tour.map(({ title, query, variables, headers }) => ({
        query: `# ${title}\n${query.trim()}\n`,
        variables: variables ?? null,
        headers: headers ?? null,
      })),
    }),
  );
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    promisify(gzip)(html),
  ]);
  return {
    etag: `"${createHash("sha256").update(html).digest("base64url").slice(0, 22)}"`,
    policy: policyOf(html.toString("utf8")),
    bodies: { br, gzip: zipped, identity: html },
  };
};

/** The page's one script by its hash, its workers from blobs that it makes itself, and requests to nobody but us. */
const policyOf = (html: string): string => {
  const begin = html.lastIndexOf("<script>", html.indexOf("prepareBlob")) + "<script>".length;
  const script = html.slice(begin, html.lastIndexOf("</script>"));
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' blob:`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
};

const choose = (accepted = ""): Encoding =>
  /\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
    ? "br"
    : /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
      ? "gzip"
      : "identity";
