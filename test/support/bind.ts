import type { Connector, Context, EventsOperations, Settings } from "../../src/connectors/connector.js";
import { ApiError, toApiError } from "../../src/errors.js";
import { type Api, Ids, Ref } from "../../src/ids.js";
import type { BoundEvents, BoundParts, BoundStorage } from "../../src/unified/bound.js";
import { exactly } from "../../src/unified/storage/exactly.js";
import type { Connections } from "../../src/upstream/transports/transport.js";
import type { Upstream } from "../../src/upstream/upstream.js";
import type { OpenedAccount } from "../conformance/storage.js";

const ids = new Ids([{ number: 1, secret: "for tests" }]);

/** For connectors that speak no HTTP: whatever asks it has made a mistake. */
const noUpstream: Upstream = {
  json: () => Promise.reject(new Error("this connector sends no requests")),
  text: () => Promise.reject(new Error("this connector sends no requests")),
  stream: () => Promise.reject(new Error("this connector sends no requests")),
  presign: () => Promise.reject(new Error("this connector signs no requests")),
};

const noConnections: Connections = {
  use: () => Promise.reject(new Error("this connector opens no connections")),
  lend: () => Promise.reject(new Error("this connector opens no connections")),
};

/**
 * A connector's operations bound to one account without `src/unified/`, for its author's first hours: the suite then judges the
 * connector alone. `unified/` adds only what is added here too, the length of uploads.
 */
export const bindConnector = (
  { storage: operations, events = {} as EventsOperations }: Connector,
  settings: Settings,
  {
    account = 1,
    upstream = noUpstream,
    connections = noConnections,
  }: { account?: number; upstream?: Upstream; connections?: Connections } = {},
): Omit<OpenedAccount, "foreign" | "close"> => {
  const scope = { ids, application: "tests", account };
  const ref = (type: string, native: string, api: Api = "storage") => new Ref(scope, api, type, native);
  const context: Context = { settings, upstream, connections, signal: new AbortController().signal, raw: false, ref };
  const bind = <Bound extends object>(declared: object): Bound =>
    new Proxy({} as Bound, {
      get:
        (_, name: string) =>
        async (...parameters: unknown[]) => {
          const operation = (declared as Record<string, unknown>)[name];
          if (typeof operation !== "function") throw new ApiError("not_implemented", `There is no ${name}.`);
          return operation.call(declared, context, ...parameters);
        },
    });
  if (!operations) throw new Error("this connector has no storage");
  const storage = bind<BoundStorage>(operations);
  const upload: BoundStorage["upload"] = (file, body) => {
    const checked = file.size === undefined ? body : exactly(body, file.size);
    return storage.upload(file, checked).catch((error) => {
      body.destroy();
      throw toApiError(checked.errored ?? error);
    });
  };
  return {
    storage: new Proxy(storage, {
      get: (target, name: keyof BoundStorage) => (name === "upload" ? upload : target[name]),
    }),
    parts: operations.parts ? bind<BoundParts>(operations.parts) : null,
    traits: operations.traits,
    events: bind<BoundEvents>(events),
    can: (operation) => ({ ...operations, ...events })[operation] !== undefined,
    ref,
  };
};
