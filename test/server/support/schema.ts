import "reflect-metadata";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphQLSchema } from "graphql";
import {
  Arg,
  buildSchema,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  InterfaceType,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { ApiObject } from "../../../schema/common/apiObject.js";
import { registerType, typeName } from "../../../schema/common/node.js";
import { connectionOf } from "../../../schema/common/page.js";
import { Json } from "../../../schema/common/scalars.js";
import { ApiError } from "../../../src/errors.js";
import { Ids, Ref } from "../../../src/ids.js";
import type { ServerContext } from "../../../src/server/graphql/context.js";

/** What the resolvers did, for tests to look at. */
export const seen = { aborted: 0, released: 0, made: 0, order: [] as number[] };

const scope = {
  ids: new Ids([{ number: 1, secret: "a secret of the tests alone, 32 chars" }]),
  application: "a",
  account: 1,
};
export const ref = (native: string): Ref => new Ref(scope, "storage", "box", native);

@InterfaceType({
  description: "Something with an id.",
  resolveType: ({ type }: { type: string }) => typeOf({ type }),
})
abstract class Thing {
  @Field(() => ID)
  id!: Ref;
  @Field(() => String)
  name!: string;
  type!: string;
}

@ApiObject({ description: "A thing that holds things.", implements: Thing })
class Box extends Thing {
  @Field(() => Int, { nullable: true })
  size!: number | null;
}
@ApiObject({ description: "A thing that holds nothing.", implements: Thing })
class Coin extends Thing {
  @Field(() => Int)
  worth!: number;
}
registerType("storage.box", "Box");
registerType("storage.coin", "Coin");

const box = (native: string, size: number | null = 1): Box => ({
  type: "box",
  id: ref(native),
  name: `box ${native}`,
  size,
});
const coin = (native: string, worth = 5): Coin => ({ type: "coin", id: ref(native), name: `coin ${native}`, worth });

const ThingConnection = connectionOf("Thing", () => Thing);
type Things = InstanceType<typeof ThingConnection>;

const connection = (nodes: Thing[]): Things => ({
  nodes,
  edges: nodes.map((node, index) => ({ cursor: String(index), node })),
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: nodes.length,
});

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      seen.aborted++;
      reject(new ApiError("gateway_timeout", "The service did not answer in time."));
    });
  });

@Resolver()
class Root_ {
  @Query(() => String)
  greet(): string {
    return "hello";
  }
  @Query(() => String, { nullable: true })
  whoami(@Ctx() { caller }: ServerContext): string {
    return caller.name;
  }
  @Query(() => Box, { nullable: true })
  async box(@Arg("id", () => ID) id: string): Promise<Box | null> {
    await sleep(1);
    return id === "none" ? null : box(id);
  }
  @Query(() => Box)
  requiredBox(): Box {
    return null as never;
  }
  @Query(() => Thing, { nullable: true })
  thing(@Arg("kind", () => String) kind: string): Thing {
    return kind === "box" ? box("1") : kind === "coin" ? coin("1") : ({ ...box("1"), type: kind } as Box);
  }
  @Query(() => ThingConnection, { nullable: true })
  async things(@Arg("first", () => Int, { defaultValue: 100 }) first: number): Promise<Things> {
    return connection(
      Array.from({ length: Math.min(first, 6) }, (_, index) => (index % 2 ? coin : box)(String(index))),
    );
  }
  @Query(() => [Thing], { nullable: true })
  thingsById(@Arg("ids", () => [ID]) ids: string[]): Thing[] {
    return ids.map((id) => box(id));
  }
  @Query(() => [Box], { nullable: "itemsAndList" })
  async mixed(): Promise<(Box | null | Error)[]> {
    return [box("1"), null, new ApiError("not_found", "There is no such box."), box("2")];
  }
  @Query(() => String, { nullable: true })
  boom(): string {
    throw new Error("db at 10.0.0.1");
  }
  @Query(() => String, { nullable: true })
  async boomLater(): Promise<string> {
    await sleep(1);
    throw new Error("db at 10.0.0.1");
  }
  @Query(() => String, { nullable: true })
  clash(): string {
    const where = { service: "sandbox", account: "acc", operation: "storage.upload", conflicting: ref("other") };
    throw new ApiError("naming_conflict", "A file of that name exists.", where, { cause: new Error("token=abc") });
  }
  @Query(() => String, { nullable: true })
  throttled(): string {
    throw new ApiError("too_many_service_requests", "The service is busy.", { retryAfter: 7 });
  }
  @Query(() => Json, { nullable: true })
  echo(
    @Arg("text", () => String, { nullable: true }) text?: string,
    @Arg("json", () => Json, { nullable: true }) json?: unknown,
    @Arg("number", () => Int, { nullable: true }) number?: number,
    @Arg("flag", () => Boolean, { defaultValue: true }) flag?: boolean,
  ): unknown {
    return { text, json, number, flag };
  }
  @Query(() => Int, { nullable: true })
  tooBig(): number {
    return 2 ** 40;
  }
  @Query(() => String, { nullable: true })
  slow(@Ctx() { signal }: ServerContext): Promise<string> {
    return untilAborted(signal);
  }
  @Query(() => String, { nullable: true })
  stubborn(): Promise<string> {
    return new Promise(() => undefined);
  }
  @Query(() => String, { nullable: true })
  large(@Arg("bytes", () => Int) bytes: number): string {
    return "x".repeat(bytes);
  }
  @Query(() => String)
  async wait(@Arg("ms", () => Int) milliseconds: number): Promise<string> {
    await sleep(milliseconds);
    return "done";
  }

  @Mutation(() => Int, { nullable: true })
  async add(@Arg("number", () => Int) number: number): Promise<number> {
    await sleep(number === 1 ? 5 : 0);
    seen.order.push(number);
    if (number < 0) throw new ApiError("bad_request", "Not that one.");
    return number;
  }

  @Subscription(() => Thing, {
    subscribe: ({ args, context }) => count(Number((args as { to: number }).to), (context as ServerContext).signal),
  })
  counted(@Root() made: Thing, @Arg("to", () => Int) _to: number): Thing {
    return made;
  }
  @Subscription(() => String, { nullable: true, subscribe: () => newest() })
  newest(@Root() text: string): string {
    return text;
  }
  @Subscription(() => String, {
    nullable: true,
    subscribe: () => {
      throw new ApiError("not_found", "There is no such task.");
    },
  })
  hidden(): string {
    return "";
  }
  @Subscription(() => String, { nullable: true, subscribe: () => breaking() })
  breaking(@Root() text: string): string {
    return text;
  }
}

@Resolver(() => Box)
class BoxResolver {
  @FieldResolver(() => ThingConnection, { nullable: true })
  async contents(@Root() _: Box, @Arg("first", () => Int, { defaultValue: 100 }) first: number): Promise<Things> {
    return connection(Array.from({ length: Math.min(first, 3) }, (_, index) => box(`in ${index}`)));
  }
  @FieldResolver(() => Box, { nullable: true })
  parent(): Box {
    return box("parent", null);
  }
  @FieldResolver(() => String)
  must(@Root() { size }: Box): string {
    if (size === 1) throw new ApiError("not_found", "It must be there.");
    return "is there";
  }
}

/** Ends by `return()` or the signal; `released` tells that it did. */
const count = (to: number, signal: AbortSignal): AsyncIterableIterator<Thing> => {
  let made = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const finish = (): void => {
    if (made === Number.POSITIVE_INFINITY) return;
    made = Number.POSITIVE_INFINITY;
    seen.released++;
    end();
  };
  signal.addEventListener("abort", finish);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (made < to) {
        made++;
        seen.made++;
        return { done: false, value: box(String(made), made) };
      }
      // 0: never anything; else as many as were asked for, then the end.
      if (to === 0) await ended;
      else finish();
      return { done: true, value: undefined };
    },
    async return() {
      finish();
      return { done: true, value: undefined };
    },
  };
};

/** A source that only knows its newest event, as coalescing topics do: each costs `made` one and 64 KiB. */
const newest = (): AsyncIterableIterator<string> => ({
  [Symbol.asyncIterator]() {
    return this;
  },
  async next() {
    await sleep(0);
    seen.made++;
    return { done: false, value: `${seen.made} ${"x".repeat(65_536)}` };
  },
  async return() {
    seen.released++;
    return { done: true, value: undefined };
  },
});

async function* breaking(): AsyncGenerator<string> {
  yield "one";
  throw new Error("db at 10.0.0.1");
}

export const typeOf = (value: unknown): string | undefined =>
  typeName({ api: "storage", type: (value as { type: string }).type });

export const createTestSchema = (): Promise<GraphQLSchema> =>
  buildSchema({
    resolvers: [Root_, BoxResolver],
    orphanedTypes: [Box, Coin],
    validate: false,
    pubSub: { publish: () => undefined, subscribe: () => breaking() },
  });
