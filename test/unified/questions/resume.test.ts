import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { printOf, Resume } from "../../../src/unified/questions/resume.js";
import type { Entry, ServicePage } from "../../../src/unified/questions/source.js";

const page = (): ServicePage => ({ cursor: null, untold: 0, skipped: 0, last: -1 });

/** Entries of one page, as a line makes them: what it has seen already is not there. */
const entriesOf = (ids: readonly string[], on = page()): Entry<string>[] =>
  ids.map((id) => {
    on.untold++;
    return { item: id, id, page: on, position: [0, 1, id, "1:"], loose: true, turn: -1 };
  });
const idsOf = (entries: readonly Entry<string>[]): string[] => entries.map(({ id }) => id);
const numbered = (name: string, length: number): string[] => Array.from({ length }, (_, index) => `${name}${index}`);

describe("a place in a source's own order", () => {
  const make = (tail: readonly string[], told: number) => {
    const again: string[] = [];
    return { again, resume: new Resume<string>(tail.map(printOf), told, (id) => again.push(id)) };
  };

  test("everything before the last one told is left out, and counted", () => {
    const { resume } = make(["b", "c"], 3);
    const on = page();
    assert.deepEqual(idsOf(resume.pass(entriesOf(["a", "new", "b", "c", "d"], on))), ["d"]);
    assert.deepEqual([on.untold, on.skipped], [1, 4]);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["e", "f"]))), ["e", "f"]);
  });

  test("the last one told may begin the next page", () => {
    const { resume } = make(["b", "c"], 3);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["a", "b", "new"]))), []);
    assert.ok(resume.waits);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["c", "d"]))), ["d"]);
    assert.ok(!resume.waits);
  });

  test("what is left out for a place found behind it may come again", () => {
    const { resume, again } = make(["y", "z"], 0);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["o"]))), []);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["z"]))), []);
    assert.deepEqual(again, ["o"]);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["o"]))), ["o"]);
  });

  test("of an item in doubt the later place counts", () => {
    const { resume } = make(["z"], 0);
    resume.pass(entriesOf(["o"]));
    assert.deepEqual([resume.withdraw("o"), resume.withdraw("o"), resume.withdraw("other")], [true, false, false]);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["z", "o"]))), ["o"]);
  });

  test("where the whole tail was removed, the others told are left out by number", () => {
    const { resume } = make(["d", "e"], 5);
    assert.deepEqual(idsOf(resume.pass(entriesOf(["a", "b", "c", "f"]))), []);
    assert.deepEqual(idsOf(resume.end()), ["f"]);
  });

  test("the search ends: soon where none that was told is expected, later where some are", () => {
    assert.equal(make(["z"], 0).resume.pass(entriesOf(numbered("new", 16))).length, 16);
    assert.equal(make(["z"], 1).resume.pass(entriesOf(numbered("new", 101))).length, 0);
    assert.equal(make(["z"], 1).resume.pass(entriesOf(numbered("new", 102))).length, 102);
    assert.deepEqual(idsOf(make([], 0).resume.pass(entriesOf(["a"]))), ["a"]);
  });
});
