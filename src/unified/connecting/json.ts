import { OAuthError } from "./oauthError.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A parameter that holds a JSON object; null or empty: none. */
export const readObject = (name: string, text: string | null): JsonObject => {
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OAuthError("invalid_request", `${name} must be a JSON object.`);
  return value as JsonObject;
};

/** The same, of which only texts and numbers count. */
export const readTexts = (name: string, text: string | null): Record<string, string> =>
  Object.fromEntries(
    Object.entries(readObject(name, text)).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" ? [[key, String(value)]] : [],
    ),
  );
