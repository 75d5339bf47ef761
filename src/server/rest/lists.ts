import type { Page, Paging } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";

/**
 * Both kinds of lists of the reference always carry `next_page`: a client that misses it counts on by itself until it is told 404.
 * Source: the unified API, "Lists and pagination".
 */

/** Where a cursor list goes on. `1` is the first page everywhere; a cursor of a service's is passed on as base64url. */
export const pagingOf = ({ page, page_size }: { page?: string | undefined; page_size: number }): Paging => ({
  cursor: page === undefined || page === "1" || page === "" ? null : readCursor(page),
  limit: page_size,
});

const readCursor = (page: string): string => {
  const cursor = /^[\w-]+$/.test(page) ? Buffer.from(page, "base64url").toString("utf8") : "";
  if (cursor === "") throw new ApiError("invalid_parameters", "`page` is not a `next_page` of this list.");
  return cursor;
};

/** Where a cursor list goes on, as its client gives it back. */
export const nextPage = ({ next }: Pick<Page<unknown>, "next">): string | null =>
  next === null ? null : Buffer.from(next, "utf8").toString("base64url");

/** `objects` are rendered already. */
export const cursorList = (
  api: string,
  { page }: { page?: string | undefined },
  answered: Pick<Page<unknown>, "next">,
  objects: readonly object[],
) => ({
  count: objects.length,
  page: page || "1",
  next_page: nextPage(answered),
  objects,
  type: "object_list",
  api,
});

/** `page` counts from 1. A page behind the last one is 404, for clients count until they are told so. */
export const countedList = (
  api: string,
  { page, page_size }: { page: number; page_size: number },
  total: number,
  objects: readonly object[],
) => {
  if (page > 1 && objects.length === 0) throw new ApiError("not_found", "There is no such page.");
  return {
    total,
    count: objects.length,
    page,
    next_page: page * page_size < total ? page + 1 : null,
    objects,
    type: "object_list",
    api,
  };
};
