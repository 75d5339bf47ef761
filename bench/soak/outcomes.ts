import { ApiError, ERRORS } from "../../src/errors.js";

const CODES: ReadonlySet<string> = new Set(ERRORS.map(([code]) => code));
/** What a program throws that is wrong, wherever in the causes of an error it stands. */
const MISTAKES = [TypeError, RangeError, ReferenceError];

interface Line {
  ok: number;
  failed: number;
}

/** What became of every operation; and findings, which there must be none of. */
export class Outcomes {
  readonly #lines = new Map<string, Line>();
  readonly #codes = new Map<string, number>();
  readonly #subjects = new Map<string, Line & { codes: Map<string, number> }>();
  readonly #refusals = new Map<string, number>();
  readonly #findings = new Map<string, { count: number; first: string }>();
  total = 0;

  ok(subject: string, kind: string): void {
    this.#count(subject, kind, "ok");
  }

  /** `hasLeft`: the caller had gone by then, so that `timed_out` is as it should be. */
  failed(subject: string, kind: string, error: unknown, hasLeft: boolean): void {
    this.#count(subject, kind, "failed");
    if (error instanceof ApiError) {
      this.code(subject, error.code);
      const words = wordsOf(subject, kind, error);
      if (this.#refusals.size < REFUSALS || this.#refusals.has(words)) add(this.#refusals, words);
    }
    const wrong = wrongWith(error, hasLeft);
    if (wrong) this.finding(`${subject}, ${kind}: ${wrong}`, error);
  }

  code(subject: string, code: string): void {
    add(this.#codes, code);
    add(this.#of(subject).codes, code);
    if (code === "internal_error" || !CODES.has(code)) this.finding(`${subject}: the code ${code}`, undefined);
  }

  finding(what: string, error: unknown): void {
    const found = this.#findings.get(what);
    if (found) found.count++;
    else if (this.#findings.size < 200) {
      const first = describe(error);
      this.#findings.set(what, { count: 1, first });
      console.log(`FINDING ${what}\n${first}`);
    }
  }

  /** `list 120+3`: what went well, and what was refused. */
  kinds(): string {
    return [...this.#lines].map(([kind, { ok, failed }]) => `${kind} ${ok}+${failed}`).join(" ");
  }
  codes(): string {
    return told(this.#codes);
  }
  /** One line for each account. */
  table(): string {
    return [...this.#subjects]
      .map(
        ([name, { ok, failed, codes }]) =>
          `${name.padEnd(26)} ${String(ok).padStart(7)} ${String(failed).padStart(6)}  ${told(codes)}`,
      )
      .join("\n");
  }
  /** In their own words, the most frequent first. */
  refusals(): string {
    return [...this.#refusals]
      .sort(([, one], [, other]) => other - one)
      .map(([words, count]) => `${String(count).padStart(6)} ${words}`)
      .join("\n");
  }
  get findings(): readonly string[] {
    return [...this.#findings].map(([what, { count, first }]) => `${count} × ${what}\n${first}`);
  }

  #count(subject: string, kind: string, outcome: keyof Line): void {
    this.total++;
    const line = this.#lines.get(kind) ?? { ok: 0, failed: 0 };
    this.#lines.set(kind, line);
    line[outcome]++;
    this.#of(subject)[outcome]++;
  }

  #of(subject: string) {
    const line = this.#subjects.get(subject) ?? { ok: 0, failed: 0, codes: new Map<string, number>() };
    this.#subjects.set(subject, line);
    return line;
  }
}

/** Numbers and names are of one refusal alone. */
const wordsOf = (subject: string, kind: string, { code, message }: ApiError): string =>
  `${subject}, ${kind}: ${code}: ${message.replace(/"[^"]*"/g, "…").replace(/\d+/g, "N")}`;
const REFUSALS = 500;

const wrongWith = (error: unknown, hasLeft: boolean): string | null => {
  if (!(error instanceof ApiError)) return `not an ApiError: ${String(error)}`;
  if (error.code === "internal_error") return `internal_error: ${error.message}`;
  if (error.code === "timed_out" && !hasLeft) return `timed_out for a caller who waits: ${error.message}`;
  for (const cause of causesOf(error)) {
    if (MISTAKES.some((Mistake) => cause instanceof Mistake))
      return `${cause.name} below ${error.code}: ${cause.message}`;
    if (cause.message === UNREAD && cause.cause !== undefined) return `an unread answer: ${String(cause.cause)}`;
  }
  return null;
};
/** What the layers say when a connector throws anything but an `ApiError`. */
const UNREAD = "The service's answer could not be read.";

const causesOf = (error: Error): Error[] => {
  const causes: Error[] = [];
  for (let cause: unknown = error; cause instanceof Error && causes.length < 10; cause = cause.cause)
    causes.push(cause);
  return causes;
};

const describe = (error: unknown): string =>
  error instanceof Error
    ? causesOf(error)
        .map(({ stack, message }) => (stack ?? message).split("\n").slice(0, 8).join("\n"))
        .join("\n  because ")
    : String(error ?? "");

const add = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
const told = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${code} ${count}`)
    .join(", ");
