import { Broken } from "../../src/errors.js";
import type { Connections } from "../../src/upstream/transports/transport.js";

/** Connections of which the `number`th use does its work, once in vain: the connection breaks before its outcome is known. */
export const losing = (connections: Connections, number = 1): Connections => {
  let uses = 0;
  return {
    lend: (transport, work, options) => connections.lend(transport, work, options),
    use(transport, work, options) {
      let isLost = ++uses === number;
      return connections.use(
        transport,
        async (connection, loan) => {
          const result = await work(connection, loan);
          if (!isLost) return result;
          isLost = false;
          throw new Broken("lost");
        },
        options,
      );
    },
  };
};
