import type { Socket } from "node:net";

/**
 * What is written to the socket within one turn goes out by one call of the system: ssh2 writes each packet in three pieces, and a
 * long request is many packets.
 */
export const gathering = (socket: Socket): Socket => {
  const write = socket.write.bind(socket) as (bytes: Uint8Array | string) => boolean;
  return Object.assign(socket, {
    write(bytes: Uint8Array | string): boolean {
      if (socket.writableCorked === 0) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      return write(bytes);
    },
  });
};
