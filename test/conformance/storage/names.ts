import assert from "node:assert/strict";
import { ApiError } from "../../../src/errors.js";
import { fails } from "../../support/fails.js";
import { type Bench, brief, type Check, keyOf } from "./bench.js";

/** What breaks where a name is escaped once too often, once too seldom, or tidied up. */
const NAMES: Readonly<Record<string, string>> = {
  "a space before": " before.txt",
  "a space after": "after.txt ",
  "two spaces within": "two  spaces.txt",
  "a slash": "a/b.txt",
  "a backslash": "a\\b.txt",
  "a per cent sign": "100%.txt",
  "an escaped slash, literally": "a%2Fb.txt",
  "an escaped NUL, literally": "a%00b.txt",
  "an escaped space, literally": "a%20b.txt",
  "a broken escape": "a%zz%.txt",
  "an ampersand": "R&D &amp; more.txt",
  "a plus sign": "1+1.txt",
  "a hash": "C#.txt",
  "a question mark": "why?.txt",
  "a semicolon": "a;b=c.txt",
  "a colon": "12:30.txt",
  "an asterisk and a bar": "a*b|c.txt",
  quotes: `it's "so".txt`,
  "angle brackets": "<b>.txt",
  "square brackets and braces": "[a] {b} $c.txt",
  "a tilde": "~user.txt",
  "é composed (NFC)": "caf\u00e9.txt",
  "é decomposed (NFD)": "cafe\u0301.txt",
  "emoji of several code points": "👩‍👩‍👧 🇪🇺.txt",
  "right to left": "\u202egpj.exe שלום",
  "a line break": "a\nb.txt",
  "a control character": "a\u0001b.txt",
  NUL: "a\0b.txt",
  "a leading dot": ".hidden",
  "dots before and after": "..a..",
  "three dots": "...",
  "no ending": "README",
  "a leading hyphen": "-rf",
  "the word for the root": "root",
};

const refused = ({ account }: Bench, name: string): boolean =>
  account.traits.refusedInNames?.some((character) => name.includes(character)) ?? false;

/** Neither a new file, a new folder nor a changed name, and nothing is left behind. */
const assertRefused = async (bench: Bench, name: string): Promise<void> => {
  const file = await bench.upload("plain.txt");
  await assert.rejects(bench.upload(name), fails("invalid_parameters"), "upload");
  await assert.rejects(bench.makeFolder(name), fails("invalid_parameters"), "createFolder");
  await assert.rejects(bench.storage.update(keyOf(file), { name }), fails("invalid_parameters"), "update");
  assert.deepEqual(await bench.names(), ["plain.txt"]);
};

/** Made, listed, found by id and by path, read, taken by another file, deleted; then a folder of that name. */
const assertKept = async (bench: Bench, name: string): Promise<void> => {
  const { storage, account } = bench;
  const made = await bench.upload(name, "contents");
  assert.equal(made.name, name);
  assert.deepEqual((await bench.items()).map(brief), [brief(made)]);
  assert.deepEqual(brief(await storage.get(keyOf(made))), brief(made));
  if (account.can("byPath") && !name.includes("/"))
    assert.deepEqual(brief(await storage.byPath(`/${bench.folder.name}/${name}`)), brief(made));
  assert.equal(await bench.text(made), "contents");
  await bench.remove(made);
  assert.deepEqual(await bench.names(), []);

  const other = await bench.upload("other.txt", "other");
  const renamed = await storage.update(keyOf(other), { name });
  assert.equal(renamed.name, name);
  assert.deepEqual((await bench.items()).map(brief), [brief(renamed)]);
  assert.equal(await bench.text(renamed), "other");
  await bench.remove(renamed);

  const folder = await bench.makeFolder(name);
  assert.equal(folder.name, name);
  const within = await bench.upload("within.txt", "within", { parent: folder.id.native });
  assert.deepEqual((await bench.items(folder)).map(brief), [brief(within)]);
  assert.equal(await bench.text(within), "within");
  await bench.remove(folder, true);
  assert.deepEqual(await bench.names(), []);
};

const TAKES = ["upload", "list", "download", "update", "delete"] as const;

export const names = (check: Check): void => {
  for (const [what, name] of Object.entries(NAMES))
    check(`${what}: ${JSON.stringify(name)}`, TAKES, (bench) =>
      refused(bench, name) ? assertRefused(bench, name) : assertKept(bench, name),
    );

  check("every character that the service says it refuses", TAKES, async (bench) => {
    for (const character of bench.account.traits.refusedInNames ?? [])
      await assert.rejects(bench.upload(`a${character}b`), fails("invalid_parameters"), JSON.stringify(character));
    assert.deepEqual(await bench.names(), []);
  });

  check("the empty name is refused", TAKES, (bench) => assertRefused(bench, ""));

  for (const name of [".", ".."])
    check(`${name} is a name like others or refused; it never leads elsewhere`, TAKES, async (bench) => {
      const file = await bench.upload(name).catch((error: unknown) => error as Error);
      if (file instanceof Error) return assertRefused(bench, name);
      assert.equal(file.parentId?.native, bench.folder.id.native);
      await bench.remove(file);
      return assertKept(bench, name);
    });

  check("as many bytes as a name may have, and one more", TAKES, async (bench) => {
    const { nameBytes } = bench.account.traits;
    const most = nameBytes ?? 255;
    const wide = "é".repeat((most >> 1) - 4);
    const longest = `${wide}${"x".repeat(most - Buffer.byteLength(wide) - 4)}.txt`;
    assert.equal(Buffer.byteLength(longest), most);
    await assertKept(bench, longest);
    if (nameBytes !== undefined) await assertRefused(bench, `a${longest}`);
  });

  check("a name of 20,000 bytes is kept or refused, and breaks nothing", TAKES, async (bench) => {
    const name = "x".repeat(20_000);
    const error = await bench.upload(name).then(
      () => null,
      (error: unknown) => error,
    );
    if (error === null) assert.deepEqual(await bench.names(), [name]);
    else {
      assert.ok(error instanceof ApiError);
      await assertRefused(bench, name);
    }
  });

  check("names that differ by case or form are told apart, or clash", TAKES, async (bench) => {
    for (const [one, other] of [
      ["Report", "report"],
      ["caf\u00e9", "cafe\u0301"],
    ] as const) {
      await bench.upload(one, "one");
      const second = await bench.upload(other, "other").catch((error: unknown) => error as Error);
      if (second instanceof Error) fails("naming_conflict")(second);
      const first = (await bench.items()).find(({ name }) => name === one);
      assert.ok(first, `${one} is gone`);
      assert.equal(await bench.text(first), "one");
    }
  });
};
