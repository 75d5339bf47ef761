import type { FastifyInstance } from "fastify";
import { limitTime } from "../limitTime.js";

/** Bytes of a form: a private key fits into it. */
const LARGEST = 2 ** 16;
/** Milliseconds for one to arrive. */
const TIME = 30_000;

/** Makes every body of a scope's routes a form, whatever it says that it is: clients do not agree on the name of its type. */
export const readForms = (server: FastifyInstance): void => {
  server.addHook("onRequest", async (request, reply) => limitTime(request.raw, reply.raw, TIME));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string", bodyLimit: LARGEST }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
};

export const queryOf = (url: string): URLSearchParams => {
  const start = url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : url.slice(start));
};
