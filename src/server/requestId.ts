import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

const ids = new WeakMap<IncomingMessage, string>();

/** The caller's own `x-request-id` when it is a plain word, else a new one. The same for the whole of a request. */
export const requestIdOf = (request: IncomingMessage): string => {
  let id = ids.get(request);
  if (id === undefined) {
    const given = request.headers["x-request-id"];
    id = typeof given === "string" && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
    ids.set(request, id);
  }
  return id;
};
