import type { Credential } from "../../auth/credential.js";
import type { CallOptions } from "../call.js";

/** A credential of one scheme. */
export type CredentialOf<Scheme extends Credential["scheme"]> = Extract<Credential, { scheme: Scheme }>;

/** Signs one attempt, all of which is known: the request as it is to be sent. */
export type Signer<Scheme extends Credential["scheme"]> = (
  options: CallOptions,
  credential: CredentialOf<Scheme>,
) => CallOptions | Promise<CallOptions>;

/** What somebody else is to send. */
export type UnsentRequest = Pick<CallOptions, "origin" | "path" | "method"> & {
  headers: Readonly<Record<string, string>>;
};

/** From when and until when a URL holds, in whole seconds. */
export interface Span {
  signed: Date;
  expires: Date;
}

/** Makes the URL by which a request can be sent without the credential. */
export type Presigner<Scheme extends Credential["scheme"]> = (
  request: UnsentRequest,
  credential: CredentialOf<Scheme>,
  span: Span,
) => string | Promise<string>;

/** A path with its query, taken apart: the path as it was sent, the query's names and values decoded. */
export const partsOf = (path: string): { path: string; query: [name: string, value: string][] } => {
  const mark = path.indexOf("?");
  if (mark < 0) return { path, query: [] };
  const query = path
    .slice(mark + 1)
    .split("&")
    .filter((part) => part !== "")
    .map((part): [string, string] => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
  return { path: path.slice(0, mark), query };
};

/** What is no percent-encoding stays as it is. */
export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** All but letters, digits and `-._~` (RFC 3986, 2.3). */
export const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The same path in the one spelling that is signed. */
export const canonicalPath = (path: string): string =>
  path
    .split("/")
    .map((name) => encode(decode(name)))
    .join("/");

export const withSearch = (path: string, query: readonly (readonly [string, string])[]): string => {
  const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return search === "" ? path : `${path}?${search}`;
};
