import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ExecutionArgs, GraphQLError } from "graphql";
import { CloseCode, type Context as Connection, handleProtocols, makeServer, type ServerOptions } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { ApiError } from "../../errors.js";
import { checkJson, JSON_DEPTH } from "../body.js";
import { requestIdOf } from "../requestId.js";
import type { ServerContext } from "./context.js";
import { formatError } from "./errors.js";
import { errorsOf, eventError, type LiveParts, tellResult } from "./live.js";
import { isOwnOrigin, refuseUpgrade } from "./upgrade.js";
import { keepVigil } from "./vigil.js";

export interface SocketParts<C extends ServerContext> extends LiveParts<C> {
  /** Origins of pages, beside our own, that may connect. */
  origins: readonly string[];
  limits: SocketLimits;
}

export interface SocketLimits {
  /** Sockets of this process; subscriptions and queries under way on one of them. */
  sockets: number;
  operations: number;
  /** Milliseconds until `connection_init`, and between two pings. */
  initMs: number;
  pingMs: number;
}

/** Bytes of one message, and of what waits for a client that does not read before we stop listening to it. */
const MESSAGE_BYTES = 2 ** 20;
const WAITING_BYTES = 2 ** 20;

interface Extra {
  socket: WebSocket;
  request: IncomingMessage;
  requestId: string;
  authorization: string | undefined;
  operations: Map<string, AbortController>;
  leave: (() => void)[];
}
type Connected = Connection<Record<string, unknown>, Extra>;

/** Closes a socket from within a hook. */
class Goodbye extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
  }
}

export interface Sockets {
  /** Takes over a connection that asks for `Upgrade: websocket`, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with 1001 and resolves when all are closed. */
  close(reason: string): Promise<void>;
}

/** `graphql-transport-ws`. Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
export const createSockets = <C extends ServerContext>(parts: SocketParts<C>): Sockets => {
  const { limits, log, metrics } = parts;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols,
  });
  const protocol = makeServer<Record<string, unknown>, Extra>({
    ...hooks(parts),
    connectionInitWaitTimeout: limits.initMs,
  });
  let closing = false;

  const opened = (socket: WebSocket, request: IncomingMessage): void => {
    const extra: Extra = {
      socket,
      request,
      requestId: requestIdOf(request),
      authorization: request.headers.authorization,
      operations: new Map(),
      leave: [],
    };
    metrics.sockets.inc();
    boundWaiting(socket, request);
    const stopPings = keepAlive(socket, limits.pingMs);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves once the bytes have left, so a source is asked for its next event only when the client takes them.
        send: (data) =>
          new Promise((resolve) => {
            if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
            else resolve();
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on("message", (data) => {
            handle(String(data)).catch((error: unknown) => {
              if (error instanceof Goodbye) return socket.close(error.code, error.message);
              log.error({ requestId: extra.requestId, error }, "a socket's message failed");
              socket.close(CloseCode.InternalServerError, "Internal error");
            });
          }),
      },
      extra,
    );
    socket.on("error", (error) => log.debug({ requestId: extra.requestId, error }, "a socket broke"));
    socket.once("close", (code, reason) => {
      metrics.sockets.dec();
      stopPings();
      for (const operation of extra.operations.values()) operation.abort();
      for (const leave of extra.leave) leave();
      closed(code, String(reason)).catch((error: unknown) => log.error({ error }, "a socket's end failed"));
    });
  };

  return {
    upgrade: (request, socket, head) => {
      if (closing || server.clients.size >= limits.sockets) return refuseUpgrade(socket, "503 Service Unavailable");
      if (!isOwnOrigin(request, parts.origins)) return refuseUpgrade(socket, "403 Forbidden");
      server.handleUpgrade(request, socket, head, (accepted) => opened(accepted, request));
    },
    close: async (reason) => {
      closing = true;
      const ends = [...server.clients].map(
        (client) =>
          new Promise<void>((resolve) => {
            client.once("close", () => resolve());
            client.close(1001, reason);
            setTimeout(() => client.terminate(), CLOSING_MS).unref();
          }),
      );
      await Promise.all(ends);
      server.close();
    },
  };
};

/** Milliseconds for the closing handshake. */
const CLOSING_MS = 2000;

const hooks = <C extends ServerContext>(parts: SocketParts<C>): ServerOptions<Record<string, unknown>, Extra> => {
  const { executor, documents, contextFor, seats, vigil, limits, metrics } = parts;
  const audienceOf = ({ extra }: Connected) => ({ requestId: extra.requestId, log: parts.log });
  const finish = ({ extra }: Connected, id: string): void => {
    extra.operations.get(id)?.abort();
    extra.operations.delete(id);
  };
  return {
    onConnect: async ({ connectionParams, extra }) => {
      extra.authorization = authorizationIn(connectionParams) ?? extra.authorization;
      const { authorization, requestId, socket } = extra;
      const gone = new AbortController();
      extra.leave.push(() => gone.abort());
      try {
        const { caller } = await contextFor({ authorization, requestId, signal: gone.signal });
        if (socket.readyState !== socket.OPEN) return false;
        extra.leave.push(seats.take(caller));
      } catch (error) {
        throw farewell(error);
      }
      extra.leave.push(
        keepVigil(contextFor, { authorization, requestId }, vigil, ({ code }) =>
          socket.close(CloseCode.Forbidden, `${code}: the credential is no longer valid`),
        ),
      );
      return true;
    },

    onSubscribe: async ({ extra }, id, payload): Promise<ExecutionArgs | readonly GraphQLError[]> => {
      const stop = new AbortController();
      try {
        if (extra.operations.size >= limits.operations)
          throw new ApiError("too_many_requests", `At most ${limits.operations} operations may run on one socket.`);
        extra.operations.set(id, stop);
        checkJson(payload, JSON_DEPTH);
        const { authorization, requestId } = extra;
        const contextValue = await contextFor({ authorization, requestId, signal: stop.signal });
        stop.signal.throwIfAborted();
        const { document, operation } = documents.prepare(payload, contextValue.caller);
        if (operation.operation !== "subscription") {
          const deadline = setTimeout(() => stop.abort(tooLate()), parts.deadlineMs);
          stop.signal.addEventListener("abort", () => clearTimeout(deadline), { once: true });
        }
        const { operationName, variables: variableValues } = payload;
        return { schema: executor.schemas.fast, document, operationName, variableValues, contextValue };
      } catch (error) {
        stop.abort();
        if (extra.operations.get(id) === stop) extra.operations.delete(id);
        return errorsOf(error);
      }
    },

    execute: (operation) => executor.execute(asOperation<C>(operation)),
    subscribe: async (operation) => {
      const result = await executor.subscribe(asOperation<C>(operation));
      metrics.subscriptions.inc();
      return result;
    },

    onNext: (connection, _id, _payload, { contextValue }, result) => {
      metrics.event((contextValue as C).books());
      return tellResult(result, audienceOf(connection));
    },
    onError: (connection, id, _payload, errors) => {
      finish(connection as Connected, id);
      return errors.map((error) => formatError(eventError(error), audienceOf(connection)));
    },
    onComplete: (connection, id) => finish(connection as Connected, id),
  };
};

const asOperation = <C>({ document, operationName, variableValues, contextValue }: ExecutionArgs) => ({
  document,
  operationName,
  variables: variableValues,
  context: contextValue as C,
});

const tooLate = (): ApiError => new ApiError("gateway_timeout", "The operation took too long and was stopped.");

const authorizationIn = (parameters: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const given = parameters?.authorization ?? parameters?.Authorization;
  return typeof given === "string" ? given : undefined;
};

/** Why a connection is not taken: 4401 nobody is known, 1013 too many of one caller, 4500 our own fault. */
const farewell = (error: unknown): unknown => {
  if (!(error instanceof ApiError)) return error;
  const code = error.status === 401 ? CloseCode.Unauthorized : error.status === 429 ? 1013 : CloseCode.Forbidden;
  return new Goodbye(code, error.code);
};

/** A client that sends but does not read is not listened to until it has taken what waits for it. */
const boundWaiting = (socket: WebSocket, { socket: connection }: IncomingMessage): void => {
  const check = (): void => {
    if (socket.isPaused || socket.bufferedAmount <= WAITING_BYTES) return;
    socket.pause();
    connection.once("drain", () => socket.resume());
  };
  socket.on("message", check);
  socket.on("ping", check);
};

/** Pings, and terminates a client that does not answer until the next one. */
const keepAlive = (socket: WebSocket, everyMs: number): (() => void) => {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
};
