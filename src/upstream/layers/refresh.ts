import type { Dispatcher } from "undici";
import { toApiError } from "../../errors.js";
import { type Call, type CallOptions, type Layer, layer } from "../call.js";
import { isUnread } from "../requestBody.js";
import type { VersionedCredential } from "../upstream.js";
import { Attempt, NO_CONTROLLER } from "./relay.js";

/**
 * After a 401 the credential is renewed once and the request repeated once, whatever its method: it was refused before it was
 * done. Everybody who was refused with the same version shares one renewal.
 */
export const refresh = (): Layer =>
  layer((dispatch, options, handler) => {
    const { call, body } = options;
    if (!call.target.credentials.renew) return dispatch(options, handler);
    const again = () => repeat(dispatch, options, handler);
    const judge = (status: number) =>
      status === 401 && call.version !== undefined && isUnread(body) ? again : undefined;
    return dispatch(options, new Attempt(handler, call, judge));
  });

const repeat = (dispatch: Dispatcher.Dispatch, options: CallOptions, handler: Dispatcher.DispatchHandler): void => {
  const { call } = options;
  let over = false;
  call.cancel = (reason) => {
    if (over) return;
    over = true;
    handler.onResponseError?.(NO_CONTROLLER, reason);
  };
  renew(call).then(
    (credential) => {
      if (over) return;
      over = true;
      call.credential = credential;
      dispatch(options, handler);
    },
    (error: Error) => call.cancel?.(toApiError(error)),
  );
};

const renew = async (call: Call): Promise<VersionedCredential> => {
  const { account, target } = call;
  const version = call.version as number;
  // An answer that took its time may refuse a credential that has been renewed long since.
  const current = await target.credentials.current();
  if (current.version !== version) return current;
  if (account.renewal?.version === version) return account.renewal.done;
  const done = Promise.resolve(target.credentials.renew?.(version) as Promise<VersionedCredential>);
  const renewal = { version, done };
  account.renewal = renewal;
  const forget = () => {
    if (account.renewal === renewal) account.renewal = undefined;
  };
  done.then(forget, forget);
  return done;
};
