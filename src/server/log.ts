import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

export interface LogOptions {
  level: LoggerOptions["level"];
  /** Standard output when absent. */
  destination?: DestinationStream;
}

/** JSON lines, with everything that looks like a secret taken out, wherever in an entry it stands. */
export const createLog = ({ level = "info", destination }: LogOptions): Logger => {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (entry) => scrub(entry) as Record<string, unknown>,
    },
    // What a child logger is bound to passes no formatter.
    redact: { paths: BOUND, censor: HIDDEN },
    hooks: {
      logMethod(inputs, method) {
        const [first, ...others] = inputs.map((input) => (typeof input === "string" ? scrubText(input) : input));
        // pino would repeat a bare error's message as the entry's own.
        const entry: unknown[] =
          (first as unknown) instanceof Error ? [{ error: first }, ...others] : [first, ...others];
        method.apply(this, entry as Parameters<typeof method>);
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
};

const HIDDEN = "[hidden]";
const BOUND = ["authorization", "cookie", "token", "password", "secret", "apiKey", "key", "credential"];
/** Characters of one text, levels, and entries of one list or object that are logged. */
const TEXT = 4000;
const LEVELS = 8;
const ENTRIES = 100;

/** `errorCode` and the like are words of ours; the `code` of an error is told by `scrubError`. */
const SECRET_KEY =
  /^(?:proxy-?)?authorization$|^(?:set-)?cookie$|token$|secret|password|passphrase|api-?_?key|credential|private-?_?key|^key$|^code$|^sealed$|signature$/i;

const SECRETS: readonly [pattern: RegExp, replacement: string][] = [
  [/\b(bearer|basic|apikey|digest|negotiate)\s+[^\s"',]{6,}(?:\s*,\s*[\w.~+/=-]{16,})*/gi, `$1 ${HIDDEN}`],
  [/([a-z]+:\/\/)[^\s/:@"]+:[^\s/@"]+@/gi, `$1${HIDDEN}@`],
  [
    /\b((?:[\w-]*token|[\w-]*secret|[\w-]*key|password|code|sig|signature|state|x-amz-[\w-]+)=)[^&\s"'#]+/gi,
    `$1${HIDDEN}`,
  ],
  [
    /("(?:[\w-]*token|[\w-]*secret|password|[\w-]*key|code|cookie|authorization)"\s*:\s*")(?:[^"\\]|\\.)*/gi,
    `$1${HIDDEN}`,
  ],
  [/\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/\bug[a-z]_[\w-]{16,}/g, HIDDEN],
  [/\bwhsec_[\w+/=-]{16,}/g, HIDDEN],
];

export const scrubText = (text: string): string => {
  let scrubbed = text.length > TEXT ? `${text.slice(0, TEXT)}…` : text;
  for (const [pattern, replacement] of SECRETS) scrubbed = scrubbed.replace(pattern, replacement);
  return scrubbed;
};

/** A bounded copy without secrets. Errors keep their name, message, code, stack and causes. */
const scrub = (value: unknown, levels = LEVELS): unknown => {
  if (typeof value === "string") return scrubText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) return "…";
  if (value instanceof Error) return scrubError(value, levels);
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.slice(0, ENTRIES).map((item) => scrub(item, levels - 1));
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, ENTRIES)
      .map(([key, item]) => [key, SECRET_KEY.test(key) && item != null ? HIDDEN : scrub(item, levels - 1)]),
  );
};

const scrubError = (error: Error, levels: number): Record<string, unknown> => {
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    name,
    message: scrubText(message),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(stack ? { stack: scrubText(stack) } : {}),
    ...(cause === undefined ? {} : { cause: scrub(cause, levels - 1) }),
    ...(error instanceof AggregateError ? { errors: scrub(error.errors, levels - 1) } : {}),
  };
};
