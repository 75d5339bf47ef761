import { ApiError, codeOfServiceStatus } from "../../errors.js";
import type { UpstreamRequest } from "../../upstream/upstream.js";
import type { Context } from "../connector.js";
import { type Answer, readMultistatus } from "../families/dav/multistatus.js";
import { propfind } from "../families/dav/propfind.js";
import { compare, isTemporary, type Names, notFound } from "../families/paths/names.js";
import { pathOf, urlOf } from "./paths.js";
import { EVERYTHING, FACTS, type Resource, toResources } from "./wire.js";

/** What is at a path; null when nothing is. `isFolder` puts the slash that some servers ask for; the answer decides. */
export const find = async (context: Context, names: Names, isFolder = false): Promise<Resource | null> => {
  const answers = await propfind(context.upstream, pathOf(context, names, isFolder), "0", factsOf(context));
  const [found] = answers ? toResources(context, answers) : [];
  // The names as asked, for a server may spell them otherwise and they are the id.
  return found ? { ...found, names } : null;
};

/** What a folder holds, sorted by name, in one request. Throws `not_found`, and so for a file. */
export const children = async (context: Context, folder: Names): Promise<Resource[]> => {
  const answers = await propfind(context.upstream, pathOf(context, folder, true), "1", factsOf(context));
  if (!answers) throw notFound();
  return below(folder, toResources(context, answers), (depth) => depth === 1);
};

/** What servers may take for a whole tree; then it is walked folder by folder. */
const TREE_MILLISECONDS = 5000;

/** All below a folder in one request, sorted; null where the server does not do it, or not in reasonable time or size. */
export const tree = async (context: Context, folder: Names): Promise<Resource[] | null> => {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(TREE_MILLISECONDS)]);
  let answers: Answer[] | null;
  try {
    answers = await propfind(context.upstream, pathOf(context, folder, true), "infinity", factsOf(context), signal);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return null; // whatever it was, a walk meets it again
  }
  if (!answers) throw notFound();
  const found = below(folder, toResources(context, answers), (depth) => depth > 0);
  // SabreDAV, and so Nextcloud, answers as if Depth 1 had been asked for: folders, and nothing in any of them.
  const isShallow = found.every(({ names }) => names.length === folder.length + 1);
  return isShallow && found.some(({ isFolder }) => isFolder) ? null : found;
};

const below = (folder: Names, resources: readonly Resource[], isDepth: (depth: number) => boolean): Resource[] => {
  const self = resources.find(({ names }) => names.length === folder.length);
  if (self && !self.isFolder) throw notFound();
  return resources
    .filter(({ names }) => isDepth(names.length - folder.length))
    .map((resource) => ({ ...resource, names: [...folder, ...resource.names.slice(folder.length)] }))
    .filter(({ names }) => areTold(names.slice(folder.length)))
    .sort((one, other) => compare(one.names, other.names));
};

const areTold = (names: Names): boolean =>
  names.every((name) => name !== "." && name !== ".." && !/[/\0]/.test(name) && !isTemporary(name));

const factsOf = ({ raw }: Context): string => (raw ? EVERYTHING : FACTS);

/**
 * A MOVE, COPY, DELETE or MKCOL, which answers an accepted status or throws. Half done is told in a 207 whose first refusal
 * says why; 424 only follows from another one.
 */
export const change = async (
  context: Context,
  request: Omit<UpstreamRequest, "method"> & { method: "MOVE" | "COPY" | "DELETE" | "MKCOL" },
): Promise<number> => {
  const { status, text } = await context.upstream.text(request);
  if (status !== 207) return status;
  const refused = readMultistatus(text).find((answer) => answer.status >= 400 && answer.status !== 424);
  if (!refused) return status;
  const { code } = codeOfServiceStatus(refused.status);
  throw new ApiError(code, "The server did only a part of it.");
};

/** For a whole tree, or the bytes of a file. */
export const WHOLE = { deadlineMs: 10 * 60_000 } as const;

/** Headers of a MOVE or COPY. */
export const towards = (context: Context, names: Names, isFolder: boolean, overwrite = false) => ({
  destination: urlOf(context, names, isFolder),
  overwrite: overwrite ? "T" : "F",
});
