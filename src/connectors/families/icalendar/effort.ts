/** How many days and moments may be looked at: the bound on work, whatever a rule says. They take about a tenth of a second. */
export class Effort {
  exhausted = false;
  constructor(
    private left = 500_000,
    /** What several share; when it is spent, all are. */
    private readonly shared?: Effort,
  ) {}
  /** False when there is no more to spend. */
  spend(units: number): boolean {
    this.left -= units;
    if (this.left < 0 || this.shared?.spend(units) === false) this.exhausted = true;
    return !this.exhausted;
  }
}
