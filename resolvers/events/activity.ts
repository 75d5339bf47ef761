import type { GraphQLResolveInfo } from "graphql";
import {
  Args,
  ArgsType,
  Authorized,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { Account } from "../../schema/common/account.js";
import { ApiEnum } from "../../schema/common/api.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { Resource } from "../../schema/common/resource.js";
import { Activity, ActivityConnection, ActivityKind } from "../../schema/events/activity.js";
import { ApiError } from "../../src/errors.js";
import type { Api } from "../../src/ids.js";
import { readRef } from "../common/node.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import type { ObjectRef } from "../objectRef.js";
import { PageArguments } from "../page.js";
import { selects } from "../selection.js";
import { accountOf } from "../walk.js";
import { activityConnection } from "./list.js";
import { watchActivity } from "./watch.js";

@ArgsType()
class ActivityArguments extends PageArguments {
  @Field(() => [ApiEnum], { nullable: true, description: "Only what happened to objects of these APIs." })
  api?: Api[] | null;
  @Field(() => [ActivityKind], { nullable: true })
  kind?: Activity["kind"][] | null;
}

@ArgsType()
class FollowArguments {
  @Field(() => [ID], { nullable: true, description: "Absent: all that the caller may see." })
  accounts?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: "The cursor of the last event seen, or a connection's `endCursor`. Absent: from this moment on.",
  })
  after?: string | null;
  @Field(() => [ApiEnum], { nullable: true, description: "Only what happens to objects of these APIs." })
  api?: Api[] | null;
  @Field(() => [ActivityKind], { nullable: true })
  kind?: Activity["kind"][] | null;
}

@Resolver(() => Account)
export class AccountActivityResolver {
  @Call()
  @Listed()
  @FieldResolver(() => ActivityConnection, {
    nullable: true,
    description:
      "What happened since somebody first asked or listened, oldest first; kept for 7 days, 10,000 events of an account. " +
      "OTHER on the account itself, told whatever is filtered by, says that the service has forgotten what came before: look anew.",
  })
  activity(
    @Args(() => ActivityArguments) query: ActivityArguments,
    @Root() account: Account,
  ): Promise<ConnectionOf<Activity>> {
    return activityConnection(accountOf(account), query);
  }
}

@Resolver(() => Activity)
export class ActivityResolver {
  @Call()
  @FieldResolver(() => Resource as unknown as ClassType<Resource>, {
    nullable: true,
    description: "The object as it is now; null once it is deleted.",
  })
  async object(
    @Root() { kind, objectId }: Activity,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Resource | null> {
    if (kind === "DELETE") return null;
    try {
      return await readRef(context, objectId as ObjectRef, selects(info, "raw"));
    } catch (error) {
      if (error instanceof ApiError && error.code === "not_found") return null;
      throw error;
    }
  }

  @Authorized("read")
  @Subscription(() => Activity, {
    name: "activity",
    description:
      "What happens in the accounts. `after` resumes a broken connection, or one to another server, with nothing lost or told twice.",
    subscribe: ({ args, context }) => watchActivity(context as Context, args as FollowArguments),
  })
  followActivity(@Args(() => FollowArguments) _: FollowArguments, @Root() activity: Activity): Activity {
    return activity;
  }
}
