import { readFileSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";

/** A setting that is wrong, in one sentence that names it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface Setting {
  environment: string;
  schema: z.ZodType;
  /** As `.env.example` and the docs show it; absent: there is none, or it is made at the first start. */
  default?: string;
  description: string;
}
const setting = <const One extends Setting>(one: One): One => one;

const text = z.string().min(1);
const list = (separator: string) =>
  z.string().transform((value) =>
    value
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
const network = z.string().refine((value) => {
  try {
    ipaddr.parseCIDR(value);
    return true;
  } catch {
    return false;
  }
}, "must be networks such as 10.0.0.0/8");

/** Every setting, once: the program, `.env.example` and the docs are made from it. */
export const SETTINGS = {
  host: setting({
    environment: "HOST",
    schema: text,
    default: "127.0.0.1",
    description: "Address to listen on.",
  }),
  port: setting({
    environment: "PORT",
    schema: z.coerce.number("must be a port number").int().min(0).max(65535),
    default: "4000",
    description: "Port to listen on; 0 takes a free one.",
  }),
  publicUrl: setting({
    environment: "UNIGRAPH_PUBLIC_URL",
    schema: z
      .url({ protocol: /^https?$/, error: "must be an http or https URL" })
      .transform((url) => url.replace(/\/+$/, "")),
    description:
      "The address that clients reach us by, when it is not http://HOST:PORT; download URLs and the callbacks of services begin with it.",
  }),
  data: setting({
    environment: "UNIGRAPH_DATA",
    schema: text,
    default: "./data",
    description: "Folder of the SQLite file, the keys and the sandbox's contents.",
  }),
  secret: setting({
    environment: "UNIGRAPH_SECRET",
    schema: z.string().min(32, "must have at least 32 characters"),
    description:
      "Seals ids, credentials and tokens; its number before it from the second one on: 2:…. Made at the first start and kept in the data folder when absent.",
  }),
  otherSecrets: setting({
    environment: "UNIGRAPH_OTHER_SECRETS",
    schema: list(",").pipe(z.array(z.string().min(32, "must have at least 32 characters each"))),
    default: "",
    description:
      'Secrets that still open, or will soon seal, separated by commas, each with its number: 1:…. See operating, "Another secret".',
  }),
  application: setting({
    environment: "UNIGRAPH_APP_ID",
    schema: z.string().regex(/^[\w-]{1,64}$/, "must be 1 to 64 letters, digits, `-` or `_`"),
    description: "Id of the first application. Made at the first start when absent.",
  }),
  apiKey: setting({
    environment: "UNIGRAPH_API_KEY",
    schema: z.string().regex(/^[\x21-\x7e]{16,}$/, "must have at least 16 printable ASCII characters and no spaces"),
    description: "API key of the first application. Made at the first start and printed once when absent.",
  }),
  seed: setting({
    environment: "UNIGRAPH_SEED",
    schema: z.enum(["demo", "none"], "must be `demo` or `none`"),
    default: "demo",
    description: "`demo` begins an empty data folder with a sandbox account and a local one; `none` leaves it empty.",
  }),
  local: setting({
    environment: "UNIGRAPH_LOCAL",
    schema: list(delimiter),
    description: `Folders that local accounts may reach, separated by \`${delimiter}\` as in PATH. Without it: \`files\` in the data folder.`,
  }),
  privateNetworks: setting({
    environment: "UNIGRAPH_PRIVATE_NETWORKS",
    schema: list(",").pipe(z.array(network)),
    default: "",
    description:
      "Private networks that accounts may reach, separated by commas: 10.0.0.0/8,127.0.0.0/8. Others are refused, whatever a user types.",
  }),
  origins: setting({
    environment: "UNIGRAPH_ORIGINS",
    schema: list(","),
    default: "",
    description: "Origins of web pages, beside our own, that may open a WebSocket: https://app.example.com,…",
  }),
  restRate: setting({
    environment: "UNIGRAPH_REST_RATE",
    schema: z.coerce
      .number("must be 0 to 1000")
      .int("must be 0 to 1000")
      .min(0, "must be 0 to 1000")
      .max(1000, "must be 0 to 1000"),
    default: "10",
    description: "Requests that the REST API takes of one account in a second; 0 takes any number.",
  }),
  questionSeconds: setting({
    environment: "UNIGRAPH_QUESTION_SECONDS",
    schema: z.coerce
      .number("must be seconds, 1 to 25")
      .min(1, "must be seconds, 1 to 25")
      .max(25, "must be seconds, 1 to 25"),
    default: "10",
    description: "Seconds until a question over many accounts is answered without those that are too slow.",
  }),
  hookSecrets: setting({
    environment: "UNIGRAPH_HOOK_SECRETS",
    schema: list(",").transform((pairs, context) => {
      const secrets = new Map<string, string[]>();
      for (const pair of pairs) {
        const [service, secret] = /^([a-z0-9_]+)=(.{8,})$/.exec(pair)?.slice(1) ?? [];
        if (service === undefined || secret === undefined)
          context.addIssue({ code: "custom", message: "must be pairs such as slack=SECRET with 8 characters or more" });
        else secrets.set(service, [...(secrets.get(service) ?? []), secret]);
      }
      return secrets;
    }),
    default: "",
    description:
      "Secrets by which services sign what they push to /hooks/SERVICE: slack=SECRET,…; a service named twice may use either.",
  }),
  overloadMs: setting({
    environment: "UNIGRAPH_OVERLOAD_MS",
    schema: z.coerce.number("must be milliseconds").int("must be milliseconds").min(0, "must be milliseconds"),
    default: "500",
    description:
      "Mean delay of the event loop, in milliseconds, above which new work is turned away with 503; 0 turns none away.",
  }),
  introspection: setting({
    environment: "UNIGRAPH_INTROSPECTION",
    schema: z.enum(["everyone", "keys"], "must be `everyone` or `keys`"),
    default: "everyone",
    description: "Who may read the schema: every authenticated caller, or API keys alone (say so in production).",
  }),
  landing: setting({
    environment: "UNIGRAPH_LANDING",
    schema: z.enum(["explorer", "sandbox", "none"], "must be `explorer`, `sandbox` or `none`"),
    default: "explorer",
    description: "What a browser finds at /graphql: our explorer, Apollo Sandbox (needs the internet), or nothing.",
  }),
  logLevel: setting({
    environment: "UNIGRAPH_LOG_LEVEL",
    schema: z.enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "must be fatal, error, warn, info, debug, trace or silent",
    ),
    default: "info",
    description: "How much is logged.",
  }),
} as const;

type Settings = typeof SETTINGS;
export type Config = {
  [Name in keyof Settings]: Settings[Name] extends { default: string }
    ? z.output<Settings[Name]["schema"]>
    : z.output<Settings[Name]["schema"]> | undefined;
} & { local: string[] | undefined };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Environment before file before default. The file is JSON named by UNIGRAPH_CONFIG, with the environment's names as keys;
 * `NAME_FILE` reads one setting from a file of its own (secrets of containers).
 */
export const readConfig = (environment: Environment): Config => {
  const file = readFile(environment.UNIGRAPH_CONFIG);
  const entries = Object.entries(SETTINGS).map(([name, { environment: variable, schema, ...rest }]) => {
    const given = environment[variable] || readSecret(variable, environment[`${variable}_FILE`]) || file[variable];
    const value = given ?? ("default" in rest ? rest.default : undefined);
    if (value === undefined) return [name, undefined];
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new ConfigError(`${variable} ${reason(parsed.error)}.`);
    return [name, parsed.data];
  });
  const config = Object.fromEntries(entries) as Config;
  return { ...config, data: resolve(config.data), local: config.local?.map((folder) => resolve(folder)) };
};

const reason = (error: { issues: readonly { message: string }[] }): string => {
  const message = error.issues[0]?.message ?? "is wrong";
  return /^must /.test(message) ? message : `is wrong: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
};

const readFile = (path: string | undefined): Record<string, string> => {
  if (!path) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new ConfigError(`UNIGRAPH_CONFIG names a file that cannot be read as JSON: ${path}.`, { cause });
  }
  const known = new Set<string>(Object.values(SETTINGS).map(({ environment }) => environment));
  const entries = Object.entries(Object(parsed) as Record<string, unknown>);
  for (const [name, value] of entries) {
    if (!known.has(name)) throw new ConfigError(`${name} in the file of UNIGRAPH_CONFIG is no setting.`);
    if (typeof value === "object")
      throw new ConfigError(`${name} in the file of UNIGRAPH_CONFIG must be text or a number.`);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
};

const readSecret = (variable: string, path: string | undefined): string | undefined => {
  if (!path) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new ConfigError(`${variable}_FILE names a file that cannot be read: ${path}.`, { cause });
  }
};
