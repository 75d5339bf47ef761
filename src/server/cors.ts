import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Lets pages of any origin ask with a token of their own. No credentials: a browser adds nothing by itself. Answers a preflight
 * and says so.
 */
export const allowAnyOrigin = (request: IncomingMessage, response: ServerResponse): boolean => {
  const { method, headers } = request;
  if (headers.origin === undefined) return false;
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader(
    "access-control-expose-headers",
    "x-request-id, retry-after, etag, content-range, content-disposition, x-kloudless-raw-headers",
  );
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  const asked = String(headers["access-control-request-headers"] ?? "");
  response.writeHead(204, {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": /^[\w\-, ]{1,1000}$/.test(asked) ? asked : "authorization, content-type",
    "access-control-max-age": "7200",
    vary: "access-control-request-headers",
  });
  response.end();
  return true;
};
