import { Denied } from "../../auth/oauth/authorization.js";
import { ApiError } from "../../errors.js";
import { OAuthError } from "./oauthError.js";
import type { Recipient } from "./request.js";

/** How it ended, on its way to the application. `problem`: why there is no account, for the person to read. */
export type Answer =
  | { kind: "redirect"; url: string }
  /** For `window.opener.postMessage(message, origin)`. */
  | { kind: "message"; message: string; origin: string; problem: string | null }
  /** For the person alone. */
  | { kind: "end"; problem: string | null };

/** An account's token, or a code for one. */
type Success = { code: string } | { access_token: string; token_type: "Bearer"; scope: string };
interface Failure {
  error: string;
  error_description: string;
}

/** As RFC 6749 (4.1.2, 4.2.2) and the unified API's out-of-band flow have it. */
export const answer = (recipient: Recipient, result: Success | Failure): Answer => {
  const problem = "error" in result ? result.error_description : null;
  switch (recipient.kind) {
    case "redirect": {
      const { uri, state } = recipient;
      const parameters = new URLSearchParams({ ...result, ...(state === null ? {} : { state }) });
      const separator = recipient.answer === "token" ? "#" : uri.includes("?") ? "&" : "?";
      return { kind: "redirect", url: `${uri}${separator}${parameters}` };
    }
    case "opener": {
      const { id, origin, state } = recipient;
      const message = { type: "authentication", id, data: { ...result, state } };
      return { kind: "message", message: `kloudless:${JSON.stringify(message)}`, origin, problem };
    }
    case "nobody":
      return { kind: "end", problem };
  }
};

/** What an application is told of an error; one that nobody may be told of is thrown on. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof OAuthError) return { error: error.code, error_description: error.message };
  if (error instanceof Denied)
    return {
      error: /^[a-z_]{1,50}$/.test(error.error) ? error.error : "access_denied",
      error_description: error.description ?? "The service gave no access.",
    };
  if (!(error instanceof ApiError) || error.code === "internal_error") throw error;
  const { status, message } = error;
  const isLater = status === 429 || status === 503 || status === 504;
  return {
    error: isLater ? "temporarily_unavailable" : status >= 500 ? "server_error" : "access_denied",
    error_description: message,
  };
};
