import { ArgsType, Field, Int } from "type-graphql";
import type { ConnectionOf, PageInfo } from "../schema/common/page.js";
import type { Page, Paging } from "../src/connectors/connector.js";
import { ApiError } from "../src/errors.js";

const MAXIMUM = 1000;
/** Pages of a service that fill one page of ours at most. */
const FILLING = 10;

@ArgsType()
export class PageArguments {
  @Field(() => Int, { nullable: true, defaultValue: 100, description: "1 to 1000." })
  first!: number | null;
  @Field(() => String, { nullable: true, description: "`endCursor` of the page before." })
  after?: string | null;
}

/** Where to read on: a page of the service, and how many of its items have been seen. */
interface Position {
  cursor: string | null;
  skip: number;
}

/**
 * One page of a connection. A service resumes after its pages, not after items, so a cursor names a page of the service and a place
 * in it. Pages are read until `first` items are there or the list ends.
 */
export const connection = async <Item>(
  { first: asked, after }: PageArguments,
  read: (paging: Paging) => Promise<Page<Item>>,
): Promise<ConnectionOf<Item>> => {
  const first = checkFirst(asked ?? 100);
  let position: Position | null = after == null ? { cursor: null, skip: 0 } : parse(after);
  const segments: Segment<Item>[] = [];
  let total: number | null = null;
  let missing = first;
  for (let pages = 0; position && missing > 0 && pages < FILLING; pages++) {
    const { cursor, skip }: Position = position;
    const page: Page<Item> = await read({ cursor, limit: Math.min(missing + skip, MAXIMUM) });
    const items: Item[] = skip > 0 ? page.items.slice(skip, skip + missing) : page.items.slice(0, missing);
    segments.push({ cursor, skip, items });
    missing -= items.length;
    total ??= page.total ?? null;
    const seen: number = skip + items.length;
    position =
      seen < page.items.length ? { cursor, skip: seen } : page.next === null ? null : { cursor: page.next, skip: 0 };
  }
  return new ReadConnection(segments, position, after != null, total);
};

interface Segment<Item> extends Position {
  items: Item[];
}

/** Cursors are written only when they are selected. */
class ReadConnection<Item> implements ConnectionOf<Item> {
  readonly nodes: Item[];
  constructor(
    private readonly segments: readonly Segment<Item>[],
    private readonly next: Position | null,
    private readonly started: boolean,
    readonly totalCount: number | null,
  ) {
    this.nodes = segments.length === 1 ? (segments[0] as Segment<Item>).items : segments.flatMap(({ items }) => items);
  }
  get edges(): { cursor: string; node: Item }[] {
    return this.segments.flatMap(({ cursor, skip, items }) =>
      items.map((node, index) => ({ cursor: format({ cursor, skip: skip + index + 1 }), node })),
    );
  }
  get pageInfo(): PageInfo {
    const first = this.segments.find(({ items }) => items.length > 0);
    const last = this.segments.findLast(({ items }) => items.length > 0);
    const end = this.next ?? (last ? { cursor: last.cursor, skip: last.skip + last.items.length } : null);
    return {
      hasNextPage: this.next !== null,
      hasPreviousPage: this.started,
      startCursor: first ? format({ cursor: first.cursor, skip: first.skip + 1 }) : null,
      endCursor: end && format(end),
    };
  }
}

export const checkFirst = (first: number): number => {
  if (first >= 1 && first <= MAXIMUM) return first;
  throw new ApiError("invalid_parameters", `\`first\` must be from 1 to ${MAXIMUM}, not ${first}.`);
};

const format = ({ cursor, skip }: Position): string =>
  Buffer.from(`${skip}:${cursor === null ? "" : `:${cursor}`}`).toString("base64url");

const parse = (after: string): Position => {
  const [, skip, cursor] = /^(\d{1,9}):(?::(.*))?$/s.exec(Buffer.from(after, "base64url").toString()) ?? [];
  if (skip === undefined) throw new ApiError("invalid_parameters", "`after` is not a cursor of this list.");
  return { cursor: cursor ?? null, skip: Number(skip) };
};
