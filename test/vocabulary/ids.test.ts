import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { APIS, Ids, type Named, Ref } from "../../src/ids.js";
import { fails } from "../support/fails.js";

const ids = new Ids([{ number: 1, secret: "the only secret" }]);
const APPLICATION = "application-a";
const file: Named = { account: 7, api: "storage", type: "file", native: "/Reports/2024/budget é.xlsx" };
const notFound = fails("not_found");

/** Text as services make it: any characters, but no lone surrogates, which UTF-8 cannot carry. */
const text = (maxLength: number) => fc.string({ unit: "binary", maxLength });
const word = fc.stringMatching(/^[a-z_]{1,30}$/);
const named: fc.Arbitrary<Named> = fc
  .record({
    account: fc.nat(),
    api: fc.constantFrom(...APIS),
    type: word,
    native: text(400),
    user: fc.option(fc.stringMatching(/^[^\0]{1,60}$/), { nil: undefined }),
  })
  .map(({ user, ...rest }): Named => (user === undefined ? rest : { ...rest, user }))
  .filter(({ native, user = "" }) => native.isWellFormed() && user.isWellFormed());

describe("ids", () => {
  test("what was encoded is decoded, whatever it is", () => {
    fc.assert(
      fc.property(named, (one) => assert.deepEqual(ids.decode(APPLICATION, ids.encode(APPLICATION, one)), one)),
      { numRuns: 500 },
    );
  });

  test("native ids with the separator, empty ones and long ones", () => {
    for (const native of ["", "\0", "a\0b\0", "\0\0\0", "x".repeat(5500), "🦭".repeat(1000)])
      assert.equal(ids.decode(APPLICATION, ids.encode(APPLICATION, { ...file, native })).native, native);
  });

  test("I2: the same thing has the same id, in every process; another thing another", () => {
    const again = new Ids([{ number: 1, secret: "the only secret" }]);
    fc.assert(
      fc.property(named, named, (one, other) => {
        assert.equal(again.encode(APPLICATION, one), ids.encode(APPLICATION, one));
        const equal = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(ids.encode(APPLICATION, one) === ids.encode(APPLICATION, other), equal);
      }),
    );
  });

  test("an id is base64url and tells nothing of what it names", () => {
    const id = ids.encode(APPLICATION, { ...file, native: "confidential-merger", user: "alice" });
    assert.match(id, /^[\w-]+$/);
    for (const secret of ["confidential", "alice", "file"])
      assert.ok(!Buffer.from(id, "base64url").includes(secret) && !id.includes(secret));
  });

  test("I1: every flipped bit is noticed", () => {
    const bytes = Buffer.from(ids.encode(APPLICATION, file), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.throws(() => ids.decode(APPLICATION, changed.toString("base64url")), notFound, `bit ${bit}`);
    }
  });

  test("I1: every changed, missing or added character is noticed", () => {
    const id = ids.encode(APPLICATION, file);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let at = 0; at < id.length; at++) {
      assert.throws(() => ids.decode(APPLICATION, id.slice(0, at)), notFound, `cut at ${at}`);
      assert.throws(() => ids.decode(APPLICATION, id.slice(at + 1)), notFound, `begun after ${at}`);
      const next = alphabet[(alphabet.indexOf(id[at] as string) + 1) % 64];
      assert.throws(
        () => ids.decode(APPLICATION, id.slice(0, at) + next + id.slice(at + 1)),
        notFound,
        `changed at ${at}`,
      );
    }
    for (const added of ["A", "_", "=", "==", " ", "\n", "\0", id])
      assert.throws(() => ids.decode(APPLICATION, id + added), notFound, JSON.stringify(added));
  });

  test("I1: two ids cut and joined are none, nor is one in another spelling", () => {
    const one = Buffer.from(ids.encode(APPLICATION, file), "base64url");
    const other = Buffer.from(ids.encode(APPLICATION, { ...file, account: 8 }), "base64url");
    for (let at = 1; at < one.length; at++) {
      const joined = Buffer.concat([one.subarray(0, at), other.subarray(at)]);
      if (!joined.equals(one) && !joined.equals(other))
        assert.throws(() => ids.decode(APPLICATION, joined.toString("base64url")), notFound, `joined at ${at}`);
    }
    const plain = one.toString("base64");
    if (/[+/=]/.test(plain)) assert.throws(() => ids.decode(APPLICATION, plain), notFound);
  });

  test("I1: what means nothing is not found", () => {
    for (const id of [
      "",
      "A",
      "root",
      "null",
      "../etc",
      "AQ",
      "A".repeat(40),
      "A".repeat(8193),
      "A".repeat(1_000_000),
      "é",
    ])
      assert.throws(() => ids.decode(APPLICATION, id), notFound, id.slice(0, 20));
    fc.assert(fc.property(fc.base64String(), (id) => assert.throws(() => ids.decode(APPLICATION, id), notFound)));
  });

  test("I1: every reason is told in the same words", () => {
    const id = ids.encode(APPLICATION, file);
    const message = (text: string, application = APPLICATION): string => {
      try {
        ids.decode(application, text);
      } catch (error) {
        return (error as Error).message;
      }
      return "decoded";
    };
    const messages = ["", "x", id.slice(1), `${id}A`, `C${id.slice(1)}`, "A".repeat(9000)].map((text) => message(text));
    assert.equal(new Set([...messages, message(id, "application-b")]).size, 1);
  });

  test("I1: an id of one application is none in another", () => {
    fc.assert(
      fc.property(named, word, (one, application) => {
        fc.pre(application !== APPLICATION);
        assert.throws(() => ids.decode(application, ids.encode(APPLICATION, one)), notFound);
      }),
    );
  });

  test("I1: account, API, type, user and native id are each part of it", () => {
    const others: Named[] = [
      file,
      { ...file, account: 8 },
      { ...file, api: "crm" },
      { ...file, type: "folder" },
      { ...file, native: `${file.native} ` },
      { ...file, user: "alice" },
      { ...file, user: "bob" },
    ];
    assert.equal(new Set(others.map((one) => ids.encode(APPLICATION, one))).size, others.length);
  });

  test("I3: ids of an older key are read; new ones are made with the newest", () => {
    const old = { number: 1, secret: "the only secret" };
    const rotated = new Ids([old, { number: 2, secret: "a newer secret" }]);
    const before = ids.encode(APPLICATION, file);
    assert.deepEqual(rotated.decode(APPLICATION, before), file);
    const after = rotated.encode(APPLICATION, file);
    assert.notEqual(after, before);
    assert.deepEqual(rotated.decode(APPLICATION, after), file);
    assert.throws(() => ids.decode(APPLICATION, after), notFound, "a process that does not know the new key yet");
    const dropped = new Ids([{ number: 2, secret: "a newer secret" }]);
    assert.throws(() => dropped.decode(APPLICATION, before), notFound, "a key that was dropped");
    const impostor = new Ids([{ number: 1, secret: "another secret" }]);
    assert.throws(() => impostor.decode(APPLICATION, before), notFound, "a key of the same number");
  });

  test("an id has at most 8192 characters; a longer one is not handed out", () => {
    const longest = ids.encode(APPLICATION, { ...file, native: "x".repeat(6000) });
    assert.ok(longest.length <= 8192);
    assert.throws(() => ids.encode(APPLICATION, { ...file, native: "x".repeat(8192) }), fails("bad_gateway"));
    assert.throws(() => new Ids([]), RangeError);
  });

  test("keys are derived: neither the secret nor its bytes seal anything themselves", () => {
    assert.notEqual(
      ids.encode(APPLICATION, file),
      new Ids([{ number: 1, secret: "the only secret " }]).encode(APPLICATION, file),
    );
  });
});

describe("a reference", () => {
  const scope = { ids, application: APPLICATION, account: 7 };

  test("is its id wherever a text is wanted: valueOf, JSON, template", () => {
    const ref = new Ref(scope, "storage", "file", "native");
    const id = ids.encode(APPLICATION, { account: 7, api: "storage", type: "file", native: "native" });
    assert.equal(ref.valueOf(), id);
    assert.equal(JSON.stringify({ ref }), JSON.stringify({ ref: id }));
    assert.equal(`${ref}`, id);
    assert.equal(String(ref), id);
  });

  test("seals its id once, and only when it is read", () => {
    let sealed = 0;
    class Counting extends Ids {
      override encode(application: string, one: Named): string {
        sealed++;
        return super.encode(application, one);
      }
    }
    const counting = new Counting([{ number: 1, secret: "the only secret" }]);
    const ref = new Ref({ ...scope, ids: counting }, "storage", "file", "native");
    assert.equal(sealed, 0);
    assert.equal(ref.valueOf(), `${ref}`);
    assert.equal(sealed, 1);
  });

  test("carries the user in whose name it was read", () => {
    const asAlice = new Ref({ ...scope, user: "alice" }, "storage", "file", "native");
    assert.notEqual(asAlice.valueOf(), new Ref(scope, "storage", "file", "native").valueOf());
    assert.equal(ids.decode(APPLICATION, asAlice.valueOf()).user, "alice");
  });
});
