import type { GraphQLResolveInfo } from "graphql";
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime } from "../../schema/common/scalars.js";
import { type Article, ArticleConnection } from "../../schema/itsm/article.js";
import { type Asset, AssetConnection } from "../../schema/itsm/asset.js";
import { type ChangeRequest, ChangeRequestConnection } from "../../schema/itsm/change.js";
import { type Incident, IncidentConnection } from "../../schema/itsm/incident.js";
import { Itsm } from "../../schema/itsm/itsm.js";
import { type Problem, ProblemConnection } from "../../schema/itsm/problem.js";
import { type ItsmRecord, ItsmRecordConnection } from "../../schema/itsm/record.js";
import { type ItsmUser, ItsmUserConnection } from "../../schema/itsm/user.js";
import type { AssetQuery, ItsmQuery, TicketQuery } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { PageArguments } from "../page.js";
import { accountOf, apisOf, type CategoryRoot, rootOf } from "../walk.js";

@ArgsType()
class ItsmArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: "Words that must be found." })
  query?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Only what changed at or after it." })
  modifiedSince?: string | null;
  @Field(() => String, { nullable: true, description: "As the service calls it." })
  status?: string | null;
}

@ArgsType()
class AssetArguments extends ItsmArguments {
  @Field(() => ID, { nullable: true, description: "Only what this ItsmUser is in charge of." })
  assignee?: string | null;
}

@ArgsType()
class TicketArguments extends AssetArguments {
  @Field(() => Boolean, { nullable: true })
  active?: boolean | null;
  @Field(() => String, { nullable: true, description: "low, medium, high or critical." })
  priority?: string | null;
}

@ArgsType()
class TableArguments extends PageArguments {
  @Field(() => String, { description: "The service's own table: u_visit_c …" })
  rawType!: string;
}

@Resolver(() => Account)
export class AccountItsmResolver {
  @FieldResolver(() => Itsm, { nullable: true, description: "Its service desk. Null where it has none." })
  itsm(@Root() account: Account): CategoryRoot | null {
    return rootOf(accountOf(account), "itsm");
  }
}

@Resolver(() => Itsm)
export class ItsmResolver {
  @Call()
  @Listed()
  @FieldResolver(() => IncidentConnection, { nullable: true })
  incidents(
    @Args(() => TicketArguments) asked: TicketArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Incident>> {
    return listed(context, apisOf(account, info).itsm.incidents, toTicketQuery(account, asked), asked);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ProblemConnection, { nullable: true })
  problems(
    @Args(() => TicketArguments) asked: TicketArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Problem>> {
    return listed(context, apisOf(account, info).itsm.problems, toTicketQuery(account, asked), asked);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ChangeRequestConnection, { nullable: true })
  changes(
    @Args(() => TicketArguments) asked: TicketArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ChangeRequest>> {
    return listed(context, apisOf(account, info).itsm.changes, toTicketQuery(account, asked), asked);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ArticleConnection, { nullable: true })
  articles(
    @Args(() => ItsmArguments) asked: ItsmArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Article>> {
    return listed(context, apisOf(account, info).itsm.articles, toQuery(asked), asked);
  }

  @Call()
  @Listed()
  @FieldResolver(() => AssetConnection, { nullable: true })
  assets(
    @Args(() => AssetArguments) asked: AssetArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Asset>> {
    return listed(context, apisOf(account, info).itsm.assets, toAssetQuery(account, asked), asked);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ItsmRecordConnection, {
    nullable: true,
    description: "Records of any table of the service, custom ones included.",
  })
  records(
    @Args(() => TableArguments) { rawType, ...page }: TableArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ItsmRecord>> {
    return listed(context, apisOf(account, info).itsm.objects, { rawType }, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ItsmUserConnection, { nullable: true, description: "Whom work can be assigned to." })
  users(
    @Args(() => PageArguments) page: PageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ItsmUser>> {
    return listed(context, apisOf(account, info).itsm.users, {}, page);
  }
}

/** What was not said is not asked. */
const toQuery = ({ query, modifiedSince, status }: ItsmArguments): ItsmQuery => {
  if (query?.trim() === "") throw new ApiError("invalid_parameters", "`query` must not be empty.");
  return {
    ...(query == null ? {} : { query }),
    ...(modifiedSince == null ? {} : { modifiedSince }),
    ...(status == null ? {} : { status }),
  };
};

const toAssetQuery = (account: ConnectedAccount, { assignee, ...rest }: AssetArguments): AssetQuery => ({
  ...toQuery(rest),
  ...(assignee == null ? {} : { assignee: account.own(assignee, "itsm", ["user"]).native }),
});

const toTicketQuery = (account: ConnectedAccount, { active, priority, ...rest }: TicketArguments): TicketQuery => ({
  ...toAssetQuery(account, rest),
  ...(active == null ? {} : { active }),
  ...(priority == null ? {} : { priority }),
});
