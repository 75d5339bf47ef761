import { ApiError } from "../../errors.js";
import { type Addresses, literalOf } from "../addresses.js";
import { type Layer, layer } from "../call.js";
import { checkHeader, checkMethod } from "../headers.js";
import { NO_CONTROLLER } from "./relay.js";

/** The connection's own headers; undici would send a caller's `host` as it is. */
const FORBIDDEN = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "expect",
]);

/**
 * The last look before the wire: the origin is within the call's reach, an address that is written out may be dialled (undici
 * asks `lookup` for names only), headers and method are well-formed. In-process routes have no address.
 */
export const guard = (addresses: Addresses, routes: ReadonlySet<string>): Layer =>
  layer((dispatch, options, handler) => {
    try {
      const { origin, method, headers, call } = options;
      const url = new URL(origin);
      if (!call.reach(url)) throw new ApiError("forbidden", "The host is not one of this account's service.");
      const literal = literalOf(url.hostname);
      if (literal !== null && !routes.has(origin)) addresses.check(literal);
      checkMethod(method);
      for (const name in headers) {
        if (FORBIDDEN.has(name)) throw new ApiError("bad_request", `The header ${name} cannot be set.`);
        checkHeader(name, headers[name]);
      }
    } catch (error) {
      handler.onResponseError?.(NO_CONTROLLER, error as Error);
      return true;
    }
    return dispatch(options, handler);
  });
