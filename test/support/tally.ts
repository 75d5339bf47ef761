import type { EventData } from "node:test";

export interface Result {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
  /** Files that crashed, ended early or held no test. */
  broken: string[];
}

/**
 * Counts leaf tests from the events of node:test, which come file by file, children before their parent. The runner itself
 * counts parents with their children, takes a file without tests for a passed test, and says nothing of the tests that a
 * file did not reach because its process ended with code 0: only a file whose own summary arrived has told all.
 */
export class Tally {
  #passed = 0;
  #failed = 0;
  readonly #skipped: Result["skipped"] = [];
  readonly #files: ReadonlySet<string>;
  readonly #broken: Set<string>;
  /** Of the file being told: tests that have children, and whether one of these failed. */
  readonly #parents = new Map<number, { failed: boolean }>();

  constructor(files: readonly string[]) {
    this.#files = new Set(files);
    this.#broken = new Set(files);
  }

  pass(test: EventData.TestPass): void {
    if (this.#files.has(test.name)) return;
    const isParent = this.#close(test, false) !== undefined || test.details.type === "suite";
    const reason = reasonOf(test);
    if (reason !== undefined) this.#skipped.push({ name: test.name, reason });
    else if (!isParent) this.#passed++;
  }

  /** A parent fails with its children; it counts by itself when none of them did, as with a hook. */
  fail(test: EventData.TestFail): void {
    if (this.#files.has(test.name)) {
      this.#broken.add(test.name);
      this.#parents.clear();
    } else if (!this.#close(test, true)?.failed) this.#failed++;
  }

  summary({ file, counts }: EventData.TestSummary): void {
    this.#parents.clear();
    if (file !== undefined && counts.tests > 0) this.#broken.delete(file);
  }

  result(): Result {
    const broken = [...this.#broken];
    return { passed: this.#passed, failed: this.#failed + broken.length, skipped: this.#skipped, broken };
  }

  /** Tells the parent of one more child, and what was told of this test's own children. */
  #close(
    { testId, parentId }: EventData.TestPass | EventData.TestFail,
    failed: boolean,
  ): { failed: boolean } | undefined {
    if (parentId !== undefined) {
      const parent = this.#parents.get(parentId) ?? { failed: false };
      parent.failed ||= failed;
      this.#parents.set(parentId, parent);
    }
    const children = this.#parents.get(testId);
    this.#parents.delete(testId);
    return children;
  }
}

const reasonOf = ({ skip, todo }: EventData.TestPass): string | undefined => {
  const reason = skip || todo;
  return reason === true ? "no reason given" : reason || undefined;
};
