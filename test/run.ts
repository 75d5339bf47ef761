/**
 * What `npm test` runs after the build: every test file under this folder, or those whose path contains one of the arguments
 * (`npm test -- webdav`). The last line of its output is `N passed, N failed, N skipped`.
 */
import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { Tally } from "./support/tally.js";

const folder = import.meta.dirname;
const filters = process.argv.slice(2);
const files = globSync("**/*.test.js", { cwd: folder })
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort()
  .map((file) => join(folder, file));

const tally = new Tally(files);

/** Milliseconds for one file: what hangs becomes a failure, not a build that never ends. */
const timeout = 10 * 60_000;

if (files.length > 0) {
  const execArgv = ["--disable-warning=ExperimentalWarning"];
  const events = run({ files, concurrency: 2, isolation: "process", execArgv, timeout });
  events.on("test:pass", (test) => tally.pass(test));
  events.on("test:fail", (test) => tally.fail(test));
  events.on("test:summary", (summary) => tally.summary(summary));
  const report = events.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await finished(report);
}

const { passed, failed, skipped, broken } = tally.result();
const lines = [
  "",
  ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
  ...broken.map((file) => `failed: ${relative(folder, file)} crashed, ended early or holds no test`),
  ...(files.length === 0 ? ["failed: there is no such test file"] : []),
  `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
];
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
