import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Whether a page may open a live connection: one of our own, or of a listed origin. Programs send no Origin. Browsers do not ask
 * before they open a WebSocket to a foreign site, so the server has to look.
 */
export const isOwnOrigin = ({ headers }: IncomingMessage, origins: readonly string[]): boolean => {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return origins.includes(origin) || origin === `http://${host}` || origin === `https://${host}`;
};

/** Says no to a connection that wants to be a WebSocket, and ends it. */
export const refuseUpgrade = (socket: Duplex, status: string): void => {
  socket.once("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};
