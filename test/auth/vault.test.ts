import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fastCheck from "fast-check";
import { type Place, Vault } from "../../src/auth/vault.js";
import { fails } from "../support/fails.js";

const OLD = { number: 1, secret: "the first secret of the operator" };
const NEW = { number: 2, secret: "the second secret of the operator" };
const PLACE: Place = { application: "acme", record: 7, column: "credential", version: 3 };

describe("vault", () => {
  const vault = new Vault([OLD]);

  test("any text opens in its place, and is sealed differently every time", () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.string({ unit: "grapheme" }), (text) => {
        const sealed = vault.seal(text, PLACE);
        assert.notEqual(sealed, vault.seal(text, PLACE));
        assert.match(sealed, /^[\w-]+$/);
        assert.equal(vault.open(sealed, PLACE), text);
      }),
    );
  });

  test("it opens in no other place", () => {
    const sealed = vault.seal("secret", PLACE);
    const places: Place[] = [
      { ...PLACE, application: "rival" },
      { ...PLACE, record: 8 },
      { ...PLACE, record: "7" },
      { ...PLACE, column: "key" },
      { ...PLACE, version: 4 },
      { application: 'acme",7', record: "", column: "credential", version: 3 },
    ];
    for (const place of places) assert.throws(() => vault.open(sealed, place), fails("internal_error"));
  });

  test("one flipped bit, a cut or an addition, and it opens no more", () => {
    const sealed = Buffer.from(vault.seal("secret", PLACE), "base64url");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const spoiled = Buffer.from(sealed);
      spoiled[bit >> 3] = (spoiled[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.throws(() => vault.open(spoiled.toString("base64url"), PLACE), fails("internal_error"));
    }
    for (let length = 0; length < sealed.length; length++)
      assert.throws(() => vault.open(sealed.subarray(0, length).toString("base64url"), PLACE), fails("internal_error"));
    for (const text of [`${sealed.toString("base64url")}AA`, "", "not base64url!", "{}"])
      assert.throws(() => vault.open(text, PLACE), fails("internal_error"));
  });

  test("the newest key seals, older ones open until they are dropped", () => {
    const sealed = vault.seal("secret", PLACE);
    const both = new Vault([OLD, NEW]);
    const [newer, dropped] = [both.rewrap(sealed, PLACE), new Vault([NEW])];
    assert.equal(both.open(sealed, PLACE), "secret");
    assert.deepEqual([both.isOld(sealed), both.isOld(newer), both.isOld(both.seal("x", PLACE))], [true, false, false]);
    assert.equal(dropped.open(newer, PLACE), "secret");
    assert.throws(() => dropped.open(sealed, PLACE), fails("internal_error"));
    assert.throws(() => vault.open(newer, PLACE), fails("internal_error"));
    assert.throws(() => both.rewrap(sealed, { ...PLACE, record: 8 }), fails("internal_error"));
  });

  test("another secret under the same number opens nothing, and the error tells nothing", () => {
    const sealed = vault.seal("canary", PLACE);
    assert.throws(
      () => new Vault([{ ...NEW, number: 1 }]).open(sealed, PLACE),
      (error: Error) => {
        fails("internal_error")(error);
        assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, /canary|operator/);
        return true;
      },
    );
    assert.throws(() => new Vault([]), RangeError);
  });
});
