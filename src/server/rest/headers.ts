import type { FastifyRequest } from "fastify";
import { ApiError } from "../../errors.js";

/** Values are compared in any case. */
export const isTrue = (header: string | string[] | undefined): boolean => /^true$/i.test(String(header ?? ""));

/** Throws `bad_request` for a header that must hold a JSON object and does not. */
export const jsonHeader = (request: FastifyRequest, name: string): Record<string, unknown> | null => {
  const text = request.headers[name];
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(String(text));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new ApiError("bad_request", `The header ${name} must hold a JSON object.`);
};
