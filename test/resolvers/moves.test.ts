import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Task } from "../../src/tasks/queue.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { type CopyInput, copy } from "../../src/unified/tasks/copy.js";
import type { JobSetting } from "../../src/unified/tasks/job.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";

describe("moves from one account to another", () => {
  let core: TestCore;
  let folder: string;
  let here: ConnectedAccount;
  let there: ConnectedAccount;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unigraph-moves-"));
    for (const name of ["here", "there"]) await mkdir(join(folder, name));
    core = await testCore({ local: [folder] });
    here = await core.connect("local", { folder: join(folder, "here") });
    there = await core.connect("local", { folder: join(folder, "there") });
  });
  after(async () => {
    await core.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    for (const name of ["here", "there"]) {
      for (const entry of await readdir(join(folder, name))) await rm(join(folder, name, entry), { recursive: true });
    }
    await mkdir(join(folder, "here", "Work"));
    for (let count = 0; count < 20; count++) await writeFile(join(folder, "here", "Work", `${count}.txt`), `${count}`);
    await writeFile(join(folder, "here", "one.txt"), "one");
  });

  /** Runs the job as a worker would; `on` is told of its progress. */
  const move = async (
    path: string,
    {
      on = () => undefined,
      task = {},
      to = there,
    }: { on?: (done: number) => unknown; task?: Partial<Task>; to?: ConnectedAccount } = {},
  ) => {
    const abort = new AbortController();
    let checkpoint: Record<string, unknown> | null = null;
    const item = await here.storage.byPath(path).catch(() => null);
    const input: CopyInput = {
      type: item?.type ?? "file",
      id: item?.id.native ?? path,
      parent: "root",
      name: null,
      account: to.account,
      user: null,
      move: true,
    };
    const started = new Date().toISOString();
    const setting: JobSetting<CopyInput> = {
      task: {
        account: here.account,
        user: null,
        attempt: 1,
        checkpoint: null,
        started,
        ...task,
        input,
      } as JobSetting<CopyInput>["task"],
      session: core.unified.internal(core.application, abort.signal),
      control: {
        signal: abort.signal,
        async progress(done, _total, kept) {
          abort.signal.throwIfAborted();
          if (kept) checkpoint = { ...kept };
          await on(done);
        },
      },
    };
    return { run: () => copy(setting), abort, checkpoint: () => checkpoint, input };
  };
  const exists = (...path: string[]) =>
    stat(join(folder, ...path)).then(
      () => true,
      () => false,
    );

  test("everything is there before the source goes", async () => {
    const { run } = await move("/Work");
    const result = await run();
    assert.equal(result?.account, there.account);
    assert.equal((await readdir(join(folder, "there", "Work"))).length, 20);
    assert.equal(await exists("here", "Work"), false);
  });

  for (const [what, change] of [
    ["a file that was added", () => writeFile(join(folder, "here", "Work", "late.txt"), "late")],
    ["a file that was changed", () => writeFile(join(folder, "here", "Work", "0.txt"), "changed")],
  ] as const)
    test(`${what} while the rest was copied is not deleted`, async () => {
      let changed: Promise<void> | undefined;
      const { run } = await move("/Work", {
        on: (done) => {
          if (done >= 20) changed ??= change();
          return changed;
        },
      });
      await assert.rejects(run(), fails("data_conflict"));
      assert.equal((await readdir(join(folder, "here", "Work"))).length >= 20, true);
    });

  test("one that is cancelled in the middle deletes nothing", async () => {
    const { run, abort } = await move("/Work", { on: (done) => done >= 5 && abort.abort() });
    await assert.rejects(run());
    assert.equal((await readdir(join(folder, "here", "Work"))).length, 20);
  });

  test("a worker that was lost after the source was deleted has done its work", async () => {
    const first = await move("/Work");
    const result = await first.run();
    const again = await move("/Work", { task: { attempt: 2, checkpoint: first.checkpoint() } });
    assert.deepEqual(await again.run(), result);
  });

  test("what lay there before the task is no copy, so the source stays", async () => {
    await writeFile(join(folder, "there", "one.txt"), "two");
    const { run } = await move("/one.txt", {
      task: { attempt: 2, started: new Date(Date.now() + 120_000).toISOString() },
    });
    await assert.rejects(run(), fails("naming_conflict"));
    assert.equal(await readFile(join(folder, "here", "one.txt"), "utf8"), "one");
  });

  test("a file that another account shows in the same folder is no copy of itself", async () => {
    const same = await core.connect("local", { folder: join(folder, "here") });
    const { run } = await move("/one.txt", { task: { attempt: 2 }, to: same });
    await assert.rejects(run(), fails("naming_conflict"));
    assert.equal(await exists("here", "one.txt"), true);
  });

  test("a folder into itself, through an account that shows it, comes to an end and deletes nothing", async () => {
    const inside = await core.connect("local", { folder: join(folder, "here", "Work") });
    const { run } = await move("/Work", { to: inside });
    await assert.rejects(run());
    for (let count = 0; count < 20; count++) assert.ok(await exists("here", "Work", `${count}.txt`));
  });
});
