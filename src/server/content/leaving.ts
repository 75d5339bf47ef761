import type { FastifyReply } from "fastify";

/** Fires when the client has gone before it has all. */
export const leaving = ({ raw }: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  const left = () => {
    if (!raw.writableFinished) gone.abort();
  };
  if (raw.closed) left();
  else raw.once("close", left);
  return gone.signal;
};
