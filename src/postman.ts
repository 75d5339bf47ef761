import { convertV2, type Options } from "openapi-to-postmanv2";
import type { Description } from "./server/rest/openapi/description.js";

/**
 * The description as a Postman collection, the same at each call: what the converter makes up (ids, examples of answers, one of several
 * words, keys of maps) is left out. Optional parameters are there to be switched on.
 */
export const postmanCollection = async (description: Description): Promise<string> => {
  const converted = await convert(plain(description));
  const collection = JSON.parse(JSON.stringify(converted), (key, value) => {
    if (MADE_UP.has(key)) return undefined;
    if ((key === "query" || key === "header") && Array.isArray(value)) return (value as Entry[]).map(switchedOff);
    return value;
  }) as { variable: object[] };
  const variable = [...collection.variable, { key: "apiKey", value: "" }];
  const auth = { type: "apikey", apikey: AUTHORIZATION };
  return `${JSON.stringify({ ...collection, auth, variable }, null, 2)}\n`;
};

const MADE_UP = new Set(["id", "_postman_id", "response"]);

const AUTHORIZATION = [
  { key: "key", value: "Authorization", type: "string" },
  { key: "value", value: "APIKey {{apiKey}}", type: "string" },
  { key: "in", value: "header", type: "string" },
];

interface Entry {
  key: string;
  description?: { content: string };
}

/** The converter says which are required in their descriptions alone. */
const switchedOff = (entry: Entry): Entry & { disabled?: boolean } =>
  entry.description === undefined || entry.description.content.startsWith("(Required)")
    ? entry
    : { ...entry, disabled: true };

/** The first of several words and types, maps empty, text without a pattern, an address that can be reached: nothing to make up. */
const plain = (description: Description): Description =>
  JSON.parse(JSON.stringify({ ...description, servers: [{ url: "http://127.0.0.1:4000/v1" }] }), (key, value) => {
    if (key === "additionalProperties" || key === "pattern") return undefined;
    if (!Array.isArray(value)) return value;
    if (key === "enum") return value.slice(0, 1);
    return key === "type" ? value[0] : value;
  }) as Description;

const convert = (data: Description): Promise<object> =>
  new Promise((resolve, reject) => {
    const options: Options = { folderStrategy: "Tags", requestNameSource: "Fallback" };
    convertV2({ type: "json", data }, options, (error, result) => {
      const [output] = result?.output ?? [];
      if (error || !output) reject(error ?? new Error(result?.reason));
      else resolve(output.data);
    });
  });
