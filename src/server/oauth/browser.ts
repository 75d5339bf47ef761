import type { FastifyReply, FastifyRequest } from "fastify";
import { opaque } from "../../auth/opaque.js";
import type { Browser } from "../../unified/connecting/connecting.js";
import { baseOf } from "../rest/base.js";

const COOKIE = "unigraph_connecting";
/** Where the cookie is sent. */
const PATH = "/v1/oauth";
/** Seconds that a browser keeps it after the last page: as long as a flow lives. */
const LIFETIME = 600;

/**
 * What a flow is bound to: a text of 256 bits in a cookie that scripts cannot read, that goes along when a service sends the browser
 * back, and that no other site's form brings with it (SameSite=Lax).
 */
export const browserOf = (request: FastifyRequest, reply: FastifyReply, publicUrl: string | undefined): Browser => {
  const [, known] = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(request.headers.cookie ?? "") ?? [];
  const secret = known ?? opaque();
  const base = baseOf(request, publicUrl);
  const attributes = [
    "HttpOnly",
    "SameSite=Lax",
    `Path=${PATH}`,
    `Max-Age=${LIFETIME}`,
    ...(base.startsWith("https:") ? ["Secure"] : []),
  ];
  reply.header("set-cookie", [`${COOKIE}=${secret}`, ...attributes].join("; "));
  return { secret, base };
};
