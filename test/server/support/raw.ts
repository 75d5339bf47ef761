import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A bare TCP client, for what no HTTP client would send. */
export const dial = async (url: string): Promise<{ socket: Socket; text: () => string; closed: Promise<void> }> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await once(socket, "connect");
  return { socket, text: () => received, closed };
};
