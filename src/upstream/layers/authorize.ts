import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Credential } from "../../auth/credential.js";
import { ApiError, toApiError } from "../../errors.js";
import { type CallOptions, type Layer, layer } from "../call.js";
import { answer, type Challenge, nextNonce, readChallenge } from "../digest.js";
import { isUnread } from "../requestBody.js";
import { aws4 } from "../signers/aws4.js";
import { oss4 } from "../signers/oss4.js";
import { sharedAccess, sharedKey } from "../signers/sharedKey.js";
import type { CredentialOf, Signer } from "../signers/signer.js";
import { Attempt, NO_CONTROLLER } from "./relay.js";

type Password = CredentialOf<"password">;

/** A way to sign for each scheme but Basic and Digest, which take a conversation. */
const SIGNERS: { readonly [Scheme in Exclude<Credential["scheme"], "password">]: Signer<Scheme> } = {
  none: (options) => options,
  authorization: (options, { value }) => signed(options, value),
  bearer: (options, { token }) => signed(options, `Bearer ${token}`),
  key: () => Promise.reject(new ApiError("internal_error", "A private key signs no HTTP request.")),
  aws4,
  oss4,
  shared_key: sharedKey,
  shared_access: sharedAccess,
};

/** Signs every attempt afresh, so one after a renewal carries the new credential. */
export const authorize = (now: () => number): Layer =>
  layer((dispatch, options, handler) => {
    const { call } = options;
    const known = call.credential;
    call.credential = undefined;
    let over = false;
    const fail = (error: Error) => {
      if (over) return;
      over = true;
      handler.onResponseError?.(NO_CONTROLLER, toApiError(error));
    };
    const go = (departure: () => void) => {
      if (over) return;
      over = true;
      departure();
    };
    const depart = (request: CallOptions) => go(() => void dispatch(request, handler));
    const send = (credential: Credential): void => {
      if (credential.scheme === "password") {
        go(() => new PasswordSigner(dispatch, options, handler, credential, now).begin());
        return;
      }
      const ready = signWith(credential, options);
      if (ready instanceof Promise) ready.then(depart, fail);
      else depart(ready);
    };
    call.cancel = fail;
    if (known) {
      call.version = known.version;
      send(known.credential);
      return true;
    }
    call.target.credentials.current().then(({ credential, version }) => {
      if (over) return;
      call.version = version;
      send(credential);
    }, fail);
    return true;
  });

/** The table is right by its type, but TypeScript cannot follow that one scheme chooses signer and credential alike. */
const signWith = (
  credential: Exclude<Credential, Password>,
  options: CallOptions,
): CallOptions | Promise<CallOptions> => SIGNERS[credential.scheme](options, credential as never);

const signed = (options: CallOptions, authorization: string): CallOptions => ({
  ...options,
  headers: { ...options.headers, authorization },
});

const FRESH = 5_000; // ms for which a nonce that was just taken is trusted with a body that can be sent once

/**
 * Basic, or Digest (RFC 7616) where the server asks for it; its way is remembered for the account. While it is unknown, a HEAD
 * without a body asks first where Basic would send the password in the clear, and where the body can be sent only once.
 */
class PasswordSigner {
  constructor(
    private readonly dispatch: Dispatcher.Dispatch,
    private readonly options: CallOptions,
    private readonly handler: Dispatcher.DispatchHandler,
    private readonly credential: Password,
    private readonly now: () => number,
  ) {}

  begin(): void {
    const known = this.known;
    const once = this.options.body instanceof Readable;
    const uncertain = known === undefined || (known !== "basic" && this.now() - known.proven > FRESH);
    if ((once && uncertain) || (known === undefined && this.options.origin.startsWith("http:"))) this.#ask();
    else this.#send(true);
  }

  get known(): "basic" | Challenge | undefined {
    return this.options.call.account.challenges.get(this.options.origin);
  }

  #ask(): void {
    const { headers, call } = this.options;
    const known = this.known;
    const bare: CallOptions = { ...this.options, method: "HEAD", body: null, headers: withoutBody(headers) };
    const probe = known ? signed(bare, this.#sign(known, bare)) : bare;
    const done = (status: number, answered: IncomingHttpHeaders) => () => {
      if (status === 401) this.#learn(answered);
      else this.#proven(answered);
      this.#send(true);
    };
    this.dispatch(probe, new Attempt(this.handler, call, done));
  }

  /** `asking`: a refusal that names a challenge is answered, once. */
  #send(asking: boolean): void {
    const known = this.known ?? "basic";
    const judge = (status: number, answered: IncomingHttpHeaders) => {
      if (status !== 401) return this.#proven(answered);
      const learnt = asking && isUnread(this.options.body) && this.#learn(answered, known);
      return learnt ? () => this.#send(false) : undefined;
    };
    this.dispatch(
      signed(this.options, this.#sign(known, this.options)),
      new Attempt(this.handler, this.options.call, judge),
    );
  }

  #sign(known: "basic" | Challenge, request: { method: string; path: string }): string {
    const { username, password } = this.credential;
    if (known !== "basic") return answer(known, this.credential, request);
    return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
  }

  /** Remembers how the server asks; true when that differs from how it was answered, so answering again makes sense. */
  #learn(answered: IncomingHttpHeaders, used?: "basic" | Challenge): boolean {
    const { call, origin } = this.options;
    const challenge = readChallenge(String(answered["www-authenticate"] ?? ""));
    if (challenge === null) return false;
    const { challenges } = call.account;
    const current = challenges.get(origin);
    // While this attempt was under way, another may have learnt a newer nonce.
    const newer = used !== undefined && current !== undefined && current !== used;
    if (!newer) challenges.set(origin, challenge);
    return challenge !== "basic" && (used === undefined || used === "basic" || challenge.stale || newer);
  }

  #proven(answered: IncomingHttpHeaders): undefined {
    const { challenges } = this.options.call.account;
    const known = challenges.get(this.options.origin);
    if (known === undefined) challenges.set(this.options.origin, "basic");
    else if (known !== "basic") {
      known.proven = this.now();
      const nonce = nextNonce(String(answered["authentication-info"] ?? ""));
      if (nonce !== undefined && nonce !== known.nonce)
        challenges.set(this.options.origin, { ...known, nonce, count: 0 });
    }
  }
}

const withoutBody = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(content-|if-|range$|destination$|overwrite$)/.test(name)),
  );
