import { ResponseBodyError, type TokenEndpointResponse } from "oauth4webapi";
import type { Credential } from "../credential.js";

export type BearerCredential = Extract<Credential, { scheme: "bearer" }>;

/** A token answer as it is kept. `asked`: when the request left, rather too early than too late; milliseconds since 1970. */
export const toCredential = (answer: TokenEndpointResponse, asked: number, refreshToken?: string): BearerCredential => {
  const renewable = answer.refresh_token ?? refreshToken;
  return {
    scheme: "bearer",
    token: answer.access_token,
    ...(answer.expires_in === undefined ? {} : { expires: asked + answer.expires_in * 1000 }),
    ...(renewable === undefined ? {} : { refreshToken: renewable }),
  };
};

/** Why a token endpoint's answer is none, in words that hold nothing of it: the library's own error may hold its tokens. */
export const describe = (status: number, error: unknown): Error => {
  const said = error instanceof ResponseBodyError ? error.error : (error as { code?: unknown }).code;
  return new Error(`The token endpoint answered ${status} (${String(said ?? "unreadable")})`);
};
