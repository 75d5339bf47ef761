import type { LoanOptions, Transport, Work } from "../../upstream/transports/transport.js";
import type { Context } from "../connector.js";

/**
 * A connector's ways to work on connections of its transport. `explained` wraps each work: it tells what goes wrong as the unified API
 * says it, and throws away what nobody else may get.
 */
export const sessionsOf = <Session>(
  transport: Transport<Session>,
  explained: <Result>(work: Work<Session, Result>) => Work<Session, Result>,
) => ({
  /** Runs work on a connection, which is given back when the work has ended. */
  inSession: <Result>(
    { connections }: Pick<Context, "connections">,
    work: Work<Session, Result>,
    options?: LoanOptions,
  ): Promise<Result> => connections.use(transport, explained(work), options),

  /** The same for the beginning of a stream, whose reader gives the connection back. */
  streaming: <Result>({ connections }: Pick<Context, "connections">, work: Work<Session, Result>): Promise<Result> =>
    connections.lend(transport, explained(work), { streams: true }),
});
