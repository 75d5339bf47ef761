import type { Readable } from "node:stream";
import type { File } from "../../../../schema/storage/file.js";
import { ApiError } from "../../../errors.js";
import { type Context, freeNames, type NewFile, namingConflict } from "../../connector.js";
import { claim, inTurn } from "../turns.js";
import { eachOf } from "./each.js";
import { conflictWith, findTaken, head, parentOf, placeIn, type Taken } from "./find.js";
import { toFile } from "./map.js";
import { type Piece, piecesOf } from "./pieces.js";
import { notFound, turnOf } from "./places.js";
import type { ObjectStore, PartedUpload, Place, PutOptions } from "./store.js";

/**
 * A body that fits into one part is sent whole, a longer one in parts. Either way it is in memory part by part: so its hash is
 * signed, a failed request can be sent again, and an object appears only when all of it has arrived.
 */
export const upload = async (store: ObjectStore, context: Context, file: NewFile, body: Readable): Promise<File> => {
  body.on("error", ignore); // whoever reads it is told
  const pieces = piecesOf(body, partBytes(store, file.size), context.signal);
  try {
    const [parent, first] = await Promise.all([parentOf(store, context, file.parent), next(pieces)]);
    const place = first.isLast
      ? await sendWhole(store, context, parent, file, first.bytes)
      : await sendParts(store, context, parent, file, { body, first, rest: pieces });
    return await toldOf(store, context, place);
  } finally {
    body.destroy();
    await pieces.return().catch(ignore);
  }
};

/** Longer parts for what would have too many of them. */
const partBytes = ({ limits }: ObjectStore, size: number | undefined): number => {
  const least = size === undefined ? UNKNOWN * limits.partBytes : Math.ceil(size / limits.parts);
  if (least > LONGEST) throw new ApiError("entity_too_large", "The file is larger than this connection can send.");
  return Math.max(limits.partBytes, least);
};
/** Of a body that does not say its length, parts are twice as long: twice as much fits into their number. */
const UNKNOWN = 2;
/** Bytes of a part that may be in memory. */
const LONGEST = 256 * 2 ** 20;

const next = async (pieces: AsyncGenerator<Piece, void>): Promise<Piece> =>
  (await pieces.next()).value ?? { number: 1, bytes: Buffer.alloc(0), isLast: true };

export const namesFor = ({ name, ifExists }: NewFile): Iterable<string> =>
  ifExists === "rename" ? freeNames(name) : [name];

/** Whether a new object may not go where something is: over an object only when it replaces it, over a folder never. */
export const isInTheWay = (taken: Taken | null, { ifExists }: Pick<NewFile, "ifExists">): taken is Taken =>
  taken !== null && (ifExists !== "replace" || !taken.object);

export const optionsOf = ({ mimeType, ifExists }: NewFile): PutOptions => ({
  mimeType: mimeType ?? "application/octet-stream",
  isNew: ifExists !== "replace",
});

/** Takes the name, or the next free one. */
export const sendWhole = async (
  store: ObjectStore,
  context: Context,
  parent: Place,
  file: NewFile,
  bytes: Buffer,
): Promise<Place> => {
  for (const name of namesFor(file)) {
    const place = placeIn(store, parent, name);
    const taken = await inTurn(context, turnOf(place), async () => {
      const there = await findTaken(store, context, place);
      if (isInTheWay(there, file)) return there;
      if (await store.put(context, place, bytes, optionsOf(file))) return null;
      return (await findTaken(store, context, place)) ?? NOBODY;
    });
    if (!taken) return place;
    if (file.ifExists !== "rename") throw conflictWith(context, place, name, taken === NOBODY ? null : taken);
  }
  throw namingConflict(file.name);
};

/** Who took the name has gone again. */
const NOBODY: Taken = { object: null, folder: false };

/** A name for an upload that will take its time: free by now, and no other such upload of ours has it in view. */
export const chooseName = async (
  store: ObjectStore,
  context: Context,
  parent: Place,
  file: NewFile,
): Promise<{ place: Place; release: () => void }> => {
  for (const name of namesFor(file)) {
    const place = placeIn(store, parent, name);
    const release = file.ifExists === "rename" ? claim(context, turnOf(place)) : ignore;
    if (!release) continue;
    try {
      const taken = await findTaken(store, context, place);
      if (!isInTheWay(taken, file)) return { place, release };
      if (file.ifExists !== "rename") throw conflictWith(context, place, name, taken);
    } catch (error) {
      release();
      throw error;
    }
    release();
  }
  throw namingConflict(file.name);
};

/** A body that has been begun to be cut. */
interface Source {
  body: Readable;
  first: Piece;
  rest: AsyncGenerator<Piece, void>;
}

const sendParts = async (
  store: ObjectStore,
  context: Context,
  parent: Place,
  file: NewFile,
  source: Source,
): Promise<Place> => {
  const { place, release } = await chooseName(store, context, parent, file);
  let begun: PartedUpload | undefined;
  try {
    begun = await store.startParts(context, place, optionsOf(file).mimeType);
    const receipts = await sendPieces(store, context, place, begun, source);
    await finish(store, context, place, file, begun, receipts);
    return place;
  } catch (error) {
    if (begun) await store.abortParts(context, place, begun).catch(ignore);
    throw error;
  } finally {
    release();
  }
};

/** Parts under way at once, as far as so many bytes hold them. */
const AT_ONCE = 4;
const MEMORY = 64 * 2 ** 20;

/** What the service answered to each part, in their order. A part that fails ends the body, for others may be waiting for its rest. */
const sendPieces = async (
  store: ObjectStore,
  context: Context,
  place: Place,
  begun: PartedUpload,
  source: Source,
): Promise<string[]> => {
  const receipts: string[] = [];
  const send = async ({ number, bytes }: Piece) => {
    try {
      if (number > store.limits.parts)
        throw new ApiError("entity_too_large", "A file of this length must say how long it is before it is sent.");
      receipts[number - 1] = await store.putPart(context, place, begun, number, bytes);
    } catch (error) {
      source.body.destroy(error as Error);
      throw error;
    }
  };
  const atOnce = Math.max(1, Math.min(AT_ONCE, Math.floor(MEMORY / source.first.bytes.length)));
  await eachOf(all(source), send, atOnce);
  return receipts;
};

async function* all({ first, rest }: Source): AsyncGenerator<Piece, void> {
  yield first;
  yield* rest;
}

/** Puts the parts together under their name, if it is still to be had. */
export const finish = (
  store: ObjectStore,
  context: Context,
  place: Place,
  file: NewFile,
  begun: PartedUpload,
  parts: readonly string[],
): Promise<void> =>
  inTurn(context, turnOf(place), async () => {
    const taken = await findTaken(store, context, place);
    if (isInTheWay(taken, file)) throw conflictWith(context, place, file.name, taken);
    if (!(await store.completeParts(context, place, begun, parts, optionsOf(file))))
      throw conflictWith(context, place, file.name, await findTaken(store, context, place));
  });

/** The file as the service tells it from now on. */
export const toldOf = async (store: ObjectStore, context: Context, place: Place): Promise<File> => {
  const object = await head(store, context, place);
  if (!object) throw notFound();
  return toFile(context, place.bucket, object);
};

const ignore = () => undefined;
