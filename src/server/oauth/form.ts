import type { FastifyInstance } from "fastify";

/** Bytes of a form: a private key fits into it. */
const LARGEST = 2 ** 16;

/** Makes every body of a scope's routes a form, whatever it says that it is: clients do not agree on the name of its type. */
export const readForms = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string", bodyLimit: LARGEST }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
};

export const queryOf = (url: string): URLSearchParams => {
  const start = url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : url.slice(start));
};
