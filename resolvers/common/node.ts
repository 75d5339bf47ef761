import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Authorized,
  type ClassType,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { Account } from "../../schema/common/account.js";
import { Node } from "../../schema/common/node.js";
import { Raw } from "../../schema/common/raw.js";
import { Resource } from "../../schema/common/resource.js";
import { ApiError } from "../../src/errors.js";
import type { Context } from "../context.js";
import { readActivity } from "../events/read.js";
import type { ObjectRef } from "../objectRef.js";
import { selects } from "../selection.js";
import { readLink } from "../storage/link.js";
import { toAccount } from "./account.js";
import { IdArguments } from "./arguments.js";
import { toService } from "./service.js";
import { readTask } from "./task.js";
import { watchNode } from "./watch.js";

@Resolver(() => Node as unknown as ClassType<Node>)
export class NodeResolver {
  @Authorized("read")
  @Query(() => Node, { nullable: true, description: "Anything that has a global id." })
  node(
    @Arg("id", () => ID) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Node | null> {
    return readNode(context, id, selects(info, "raw"));
  }

  @Authorized("read")
  @Query(() => [Node], {
    nullable: "items",
    description:
      "Many at once (1,000 at most), in the order of their ids; null, with an error beside it, for what cannot be read.",
  })
  nodes(
    @Arg("ids", () => [ID]) ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(Node | Error)[]> {
    if (ids.length > 1000) throw new ApiError("invalid_parameters", "At most 1,000 ids can be asked for at once.");
    const raw = selects(info, "raw");
    return Promise.all(ids.map((id) => readNode(context, id, raw).catch((error: Error) => error)));
  }

  @Authorized("read")
  @Subscription(() => Resource, {
    name: "node",
    nullable: true,
    description: "One object, now and after every change; ends when it is deleted.",
    subscribe: ({ args, context, info }) =>
      watchNode(context as Context, (args as IdArguments).id, selects(info, "raw")),
  })
  followNode(@Args(() => IdArguments) _: IdArguments, @Root() node: Resource): Resource {
    return node;
  }
}

@Resolver(() => Resource as unknown as ClassType<Resource>)
export class ResourceResolver {
  @FieldResolver(() => Account)
  account(@Root() { id }: { id: ObjectRef }): Account {
    return toAccount(id.scope);
  }

  @FieldResolver(() => Raw, {
    nullable: true,
    description: "The service's own object, fetched with the unified one only when selected.",
  })
  async raw(@Root() { id, raw }: Resource, @Ctx() { loaders }: Context): Promise<Raw | null> {
    return raw === undefined ? ((await loaders.objects(true).load(id as ObjectRef)).raw ?? null) : raw;
  }
}

/** What an id names, through the loaders. Throws `not_found` for what the caller may not see. */
export const readNode = async (context: Context, id: string, raw: boolean): Promise<Node> => {
  const { session, caller } = context;
  const named = session.unified.ids.decode(caller.application, id);
  return toService(session.unified, named, caller.application) ?? readRef(context, await session.locate(named), raw);
};

export const readRef = (context: Context, ref: ObjectRef, raw: boolean): Promise<Resource> => {
  switch (`${ref.api}.${ref.type}`) {
    case "meta.account":
      return Promise.resolve(toAccount(ref.scope));
    case "meta.task":
      return readTask(context, ref.native);
    case "events.activity":
      return readActivity(context, ref);
    case "storage.link":
      return readLink(context, ref);
    default:
      return context.loaders.objects(raw).load(ref);
  }
};
