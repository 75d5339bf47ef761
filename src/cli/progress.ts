import colors from "picocolors";

const WIDTH = 30;

/** One line that follows a long work: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #terminal = process.stderr.isTTY && !process.env.CI;
  #told = -10;

  constructor(private readonly label: string) {}

  /** Per cent and seconds; null where it cannot be told. */
  update(percent: number | null, remaining: number | null): void {
    if (!this.#terminal) {
      if (percent !== null && percent - this.#told >= 10) {
        this.#told = percent;
        process.stderr.write(`${this.label} ${Math.floor(percent)} %\n`);
      }
      return;
    }
    const filled = percent === null ? 0 : Math.round((percent / 100) * WIDTH);
    const bar = colors.green("█".repeat(filled)) + colors.dim("░".repeat(WIDTH - filled));
    const told = percent === null ? "…" : `${Math.floor(percent)} %`;
    const time = remaining === null ? "" : `  ${Math.ceil(remaining)} s left`;
    process.stderr.write(`\r\u001b[2K${this.label} ${bar} ${told}${time}`);
  }

  end(): void {
    if (this.#terminal) process.stderr.write("\r\u001b[2K");
  }
}
