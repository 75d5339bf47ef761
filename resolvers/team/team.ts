import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { TeamGroup, TeamGroupConnection } from "../../schema/team/group.js";
import { type Membership, MembershipConnection } from "../../schema/team/membership.js";
import { Team } from "../../schema/team/team.js";
import { TeamUser, TeamUserConnection } from "../../schema/team/user.js";
import type { Page } from "../../src/connectors/connector.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { connection, PageArguments } from "../page.js";
import { accountOf, apisOf, type CategoryRoot, follow, rootOf } from "../walk.js";

@ArgsType()
class TeamUsersArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: "Part of the name or the e-mail address." })
  query?: string | null;
}

@Resolver(() => Account)
export class AccountTeamResolver {
  @FieldResolver(() => Team, {
    nullable: true,
    description: "Its organisation. Null where the service does not tell; administrators' accounts only.",
  })
  team(@Root() account: Account): CategoryRoot | null {
    return rootOf(accountOf(account), "team");
  }
}

@Resolver(() => Team)
export class TeamResolver {
  @Call()
  @Listed()
  @FieldResolver(() => TeamUserConnection, { nullable: true })
  users(
    @Args(() => TeamUsersArguments) { query, ...page }: TeamUsersArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<TeamUser>> {
    return listed(context, apisOf(account, info).team.users, query == null ? {} : { query }, page);
  }

  @Call()
  @FieldResolver(() => TeamUser, { nullable: true, description: "A Person's id names the user as well." })
  user(
    @Arg("id", () => ID) id: string,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TeamUser> | null {
    const { native } = account.own(id, "team", ["user", "person"]);
    return follow<TeamUser>(context, info, account.ref("team", "user", native));
  }

  @Call()
  @Listed()
  @FieldResolver(() => TeamGroupConnection, { nullable: true })
  groups(
    @Args(() => PageArguments) page: PageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<TeamGroup>> {
    return listed(context, apisOf(account, info).team.groups, {}, page);
  }

  @Call()
  @FieldResolver(() => TeamGroup, { nullable: true })
  group(
    @Arg("id", () => ID) id: string,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TeamGroup> | null {
    return follow<TeamGroup>(context, info, account.own(id, "team", ["group"]));
  }
}

@Resolver(() => TeamUser)
export class TeamUserResolver {
  @Call()
  @Listed()
  @FieldResolver(() => TeamGroupConnection, { nullable: true })
  groups(
    @Args(() => PageArguments) page: PageArguments,
    @Root() user: TeamUser,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<TeamGroup>> {
    const { team } = apisOf(accountOf(user), info);
    return connection(page, async (paging) =>
      each(await team.memberships(user.id.native, paging), ({ group }) => group),
    );
  }

  @Call()
  @Listed()
  @FieldResolver(() => MembershipConnection, { nullable: true, description: "Its groups, and what it is there." })
  memberships(
    @Args(() => PageArguments) page: PageArguments,
    @Root() user: TeamUser,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Membership>> {
    const { team } = apisOf(accountOf(user), info);
    return connection(page, (paging) => team.memberships(user.id.native, paging));
  }
}

@Resolver(() => TeamGroup)
export class TeamGroupResolver {
  @Call()
  @Listed()
  @FieldResolver(() => TeamUserConnection, { nullable: true })
  members(
    @Args(() => PageArguments) page: PageArguments,
    @Root() group: TeamGroup,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<TeamUser>> {
    const { team } = apisOf(accountOf(group), info);
    return connection(page, async (paging) => each(await team.members(group.id.native, paging), ({ user }) => user));
  }

  @Call()
  @Listed()
  @FieldResolver(() => MembershipConnection, { nullable: true, description: "Its members, and what they are there." })
  memberships(
    @Args(() => PageArguments) page: PageArguments,
    @Root() group: TeamGroup,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Membership>> {
    const { team } = apisOf(accountOf(group), info);
    return connection(page, (paging) => team.members(group.id.native, paging));
  }
}

/** The same page of what each membership leads to. */
const each = <Item>(page: Page<Membership>, to: (membership: Membership) => Item): Page<Item> => ({
  ...page,
  items: page.items.map(to),
});
