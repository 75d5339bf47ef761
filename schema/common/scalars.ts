import { GraphQLScalarType, Kind } from "graphql";
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLJSONObject, GraphQLURL } from "graphql-scalars";

/** Timestamps travel as the ISO 8601 text that the service gave, so nothing is lost to a clock's resolution. */
export const DateTime = new GraphQLScalarType({
  name: "DateTime",
  description: "A moment, ISO 8601 with a zone: 2026-04-01T20:48:23.472Z",
  specifiedByURL: "https://scalars.graphql.org/andimarek/date-time.html",
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: (value) => parseMoment(value),
  parseLiteral: (node) => parseMoment(node.kind === Kind.STRING ? node.value : null),
});
const parseMoment = (value: unknown): string => GraphQLDateTimeISO.parseValue(value).toISOString();

export const ByteCount = new GraphQLScalarType({
  name: "ByteCount",
  description: "A whole number of bytes, exact up to 2^53.",
  serialize: (value) => checkCount(value),
  parseValue: (value) => checkCount(value),
  parseLiteral: (node) => checkCount(node.kind === Kind.INT ? Number(node.value) : null),
});
const checkCount = (value: unknown): number => {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new TypeError("ByteCount must be a whole number from 0 to 2^53.");
  return value;
};

/** A URL is handed out as it is written: parsing it again would only change its spelling. */
export const Url = new GraphQLScalarType({
  ...GraphQLURL.toConfig(),
  serialize: (value) => String(value),
});

export const Json = GraphQLJSON;
export const JsonObject = GraphQLJSONObject;
