import type { GraphQLResolveInfo } from "graphql";
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { type AuditEvent, AuditEventConnection } from "../../schema/audit/event.js";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime } from "../../schema/common/scalars.js";
import { actorOf } from "../../src/unified/audit/named.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { PageArguments } from "../page.js";
import { accountOf, apisOf } from "../walk.js";

@ArgsType()
class AuditArguments extends PageArguments {
  @Field(() => DateTime, { nullable: true, description: "At or after it." })
  since?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Before it." })
  until?: string | null;
  @Field(() => ID, { nullable: true, description: "The id of an AuditActor, or of a person." })
  user?: string | null;
  @Field(() => String, { nullable: true, description: "As the service calls it: ConsoleLogin …" })
  action?: string | null;
}

@Resolver(() => Account)
export class AccountAuditResolver {
  @Call()
  @Listed()
  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description: "Who did what, newest first. Null where it has no audit trail.",
  })
  audit(
    @Args(() => AuditArguments) { since, until, user, action, ...page }: AuditArguments,
    @Root() root: Account,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<AuditEvent>> | null {
    const account = accountOf(root);
    if (!account.has("audit")) return null;
    const query = {
      ...(since == null ? {} : { since }),
      ...(until == null ? {} : { until }),
      ...(user == null ? {} : { user: actorOf(account, user) }),
      ...(action == null ? {} : { action }),
    };
    return listed(context, apisOf(account, info).audit.events, query, page);
  }
}
