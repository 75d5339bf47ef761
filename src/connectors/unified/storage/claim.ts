import type { z } from "zod";
import type { ApiError } from "../../../errors.js";
import type { Ref } from "../../../ids.js";
import type { UpstreamRequest } from "../../../upstream/upstream.js";
import { type Context, namingConflict, type Page, type StorageItem } from "../../connector.js";
import { askPage, asWanted, at, isRefusal, PAGE, read, refused } from "../requests.js";
import { finished } from "../tasks.js";
import { getItem } from "./items.js";
import { toItem } from "./map.js";
import { item } from "./wire.js";

/** A name in a folder, as far as a request says them. */
interface Claim {
  parent?: string | undefined;
  name?: string | undefined;
}

/** A request that takes a name; when it is taken already, the error says by what. */
export const claim = async <Schema extends z.ZodType>(
  context: Context,
  place: Claim,
  schema: Schema,
  request: UpstreamRequest,
): Promise<z.output<Schema>> => {
  const wanted = asWanted(context, { ...request, accept: [409] });
  const answer = await finished(context, await context.upstream.json<unknown>(wanted));
  if (!isRefusal(answer)) return read(schema, answer);
  if (answer.error_code !== "naming_conflict") throw refused(409, answer);
  throw await taken(context, place, answer.conflicting_resource_id);
};

/** The name is taken: by what the far server says, or by what has it in the folder. */
const taken = async (context: Context, { parent, name }: Claim, there?: string): Promise<ApiError> => {
  if (there !== undefined) {
    const item = await getItem(context, { type: "object", id: there });
    return namingConflict(item.name, item.id);
  }
  if (parent === undefined || name === undefined) return namingConflict(name ?? "The name");
  return namingConflict(name, (await find(context, parent, name)) ?? undefined);
};

/** Pages of a folder that are looked through for what has a name. */
const MOST_PAGES = 20;

/** What has the name in a folder, in whatever case or form; null: nothing has; undefined: the folder is too large to tell. */
export const find = async (
  context: Context,
  parent: string,
  name: string,
  except?: string,
): Promise<Ref | null | undefined> => {
  const path = at(context, "storage", "folders", parent, "contents");
  let cursor: string | null = null;
  for (let count = 0; count < MOST_PAGES; count++) {
    const page: Page<StorageItem> = await askPage(context, item, toItem, { path }, { cursor, limit: PAGE });
    const there = page.items.find((one) => isSame(one.name, name) && one.id.native !== except);
    if (there) return there.id;
    cursor = page.next;
    if (cursor === null) return null;
  }
  return undefined;
};

const isSame = (one: string, other: string): boolean =>
  one.normalize().toLowerCase() === other.normalize().toLowerCase();
