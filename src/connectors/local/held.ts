import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { wrongCursor } from "../families/cursors.js";

/** What a memory keeps of one entry, as a cursor carries it: the size and time of a file (milliseconds), nothing of a folder. */
export type HeldEntry = { size: number; modified: number } | null;
/** Folder → name → entry. */
export type Held = ReadonlyMap<string, ReadonlyMap<string, HeldEntry>>;

type Packed = [folder: string, entries: [name: string, size?: number, modified?: number][]][];

/** Bytes of what a cursor carries, unpacked. */
const LARGEST = 256 * 2 ** 20;

/** Takes the copy at once; what follows does not change it any more. */
export const pack = (held: Iterable<readonly [string, ReadonlyMap<string, HeldEntry>]>): Promise<string> => {
  const packed: Packed = Array.from(held, ([folder, entries]) => [
    folder,
    Array.from(entries, ([name, entry]) => (entry ? [name, entry.size, entry.modified] : [name])),
  ]);
  return compress(JSON.stringify(packed));
};

const compress = async (json: string): Promise<string> =>
  (await promisify(deflateRaw)(json, { level: 1 })).toString("base64url");

/** Throws `invalid_parameters` for what `pack` has not made. */
export const unpack = async (text: string): Promise<Held> => {
  try {
    const json = await promisify(inflateRaw)(Buffer.from(text, "base64url"), { maxOutputLength: LARGEST });
    return new Map(
      (JSON.parse(json.toString()) as Packed).map(([folder, entries]) => [
        folder,
        new Map(
          entries.map(([name, size, modified]) => [
            name,
            size === undefined || modified === undefined ? null : { size, modified },
          ]),
        ),
      ]),
    );
  } catch {
    throw wrongCursor();
  }
};
