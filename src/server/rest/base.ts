import type { FastifyRequest } from "fastify";

/**
 * What the client reached us by: configured, else as it, or the proxy before us, says. It is told to that client alone. Source: the
 * unified API, "Common attributes of objects", `href`.
 */
export const baseOf = ({ headers }: FastifyRequest, publicUrl: string | undefined): string => {
  if (publicUrl !== undefined) return publicUrl;
  const protocol = first(headers["x-forwarded-proto"]);
  const host = first(headers["x-forwarded-host"]) ?? headers.host;
  return `${protocol === "https" ? "https" : "http"}://${host && HOST.test(host) ? host : "localhost"}`;
};

const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

const first = (header: string | string[] | undefined): string | undefined =>
  String(header ?? "")
    .split(",")[0]
    ?.trim() || undefined;
