import type { FastifyPluginAsync } from "fastify";
import { KEY_BAR, KEY_SCRIPT } from "./keyBar.js";
import { type Page, pageRoutes } from "./page.js";

/** One opening tab of the explorer. `variables` and `headers` are JSON as a person would type it. */
export interface TourStop {
  title: string;
  query: string;
  variables?: string;
  headers?: string;
}

/** GraphiQL at `/explorer`, whole in one page. Subscriptions come as server-sent events. */
export const explorerRoutes = (tour: readonly TourStop[]): FastifyPluginAsync =>
  pageRoutes("/explorer", () => render(tour));

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
  const script = after.slice(after.indexOf("<script>") + "<script>".length, after.lastIndexOf("</script>"));
  return {
    html: `${before}${KEY_BAR}<script>${KEY_SCRIPT}</script>${after}`,
    scripts: [KEY_SCRIPT, script],
    // Workers run from blobs that the page makes itself.
    needs: { "script-src": "blob:", "worker-src": "blob:", "img-src": "'self' data:", "font-src": "data:" },
  };
};
