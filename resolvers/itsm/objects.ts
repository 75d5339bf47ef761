import type { GraphQLResolveInfo } from "graphql";
import { Args, type ClassType, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { ConnectionOf } from "../../schema/common/page.js";
import { Article } from "../../schema/itsm/article.js";
import { Asset } from "../../schema/itsm/asset.js";
import { ChangeRequest } from "../../schema/itsm/change.js";
import { type Comment, CommentConnection } from "../../schema/itsm/comment.js";
import { Incident } from "../../schema/itsm/incident.js";
import { ItsmResource } from "../../schema/itsm/itsmResource.js";
import { Problem } from "../../schema/itsm/problem.js";
import { ItsmUser } from "../../schema/itsm/user.js";
import type { ItsmKey } from "../../src/connectors/connector.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { PageArguments } from "../page.js";
import { accountOf, apisOf, follow } from "../walk.js";

@Resolver(() => ItsmResource as unknown as ClassType<ItsmResource>)
export class ItsmResourceResolver {
  @Call()
  @Listed()
  @FieldResolver(() => CommentConnection, { nullable: true, description: "What was written beneath it, oldest first." })
  comments(
    @Args(() => PageArguments) page: PageArguments,
    @Root() record: ItsmResource,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Comment>> {
    const key = { type: record.type as ItsmKey["type"], id: record.id.native };
    return listed(context, apisOf(accountOf(record), info).comments, key, page);
  }
}

@Resolver(() => Incident)
export class IncidentResolver {
  @Call()
  @FieldResolver(() => ChangeRequest, { nullable: true, description: "The change that mends it, or caused it." })
  change(@Root() { changeId }: Incident, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ChangeRequest>(context, info, changeId);
  }

  @Call()
  @FieldResolver(() => Problem, { nullable: true, description: "Its cause." })
  problem(@Root() { problemId }: Incident, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Problem>(context, info, problemId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who reported it." })
  requester(@Root() { requesterId }: Incident, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, requesterId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who answers to who reported it." })
  responder(@Root() { responderId }: Incident, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, responderId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who works on it." })
  assignee(@Root() { assigneeId }: Incident, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, assigneeId);
  }
}

@Resolver(() => Problem)
export class ProblemResolver {
  @Call()
  @FieldResolver(() => ChangeRequest, { nullable: true, description: "The change that mends it." })
  change(@Root() { changeId }: Problem, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ChangeRequest>(context, info, changeId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who reported it." })
  requester(@Root() { requesterId }: Problem, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, requesterId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who works on it." })
  assignee(@Root() { assigneeId }: Problem, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, assigneeId);
  }
}

@Resolver(() => ChangeRequest)
export class ChangeRequestResolver {
  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who asked for it." })
  requester(@Root() { requesterId }: ChangeRequest, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, requesterId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who carries it out." })
  assignee(@Root() { assigneeId }: ChangeRequest, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, assigneeId);
  }
}

@Resolver(() => Article)
export class ArticleResolver {
  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true })
  author(@Root() { authorId }: Article, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, authorId);
  }
}

@Resolver(() => Asset)
export class AssetResolver {
  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who uses it." })
  assignee(@Root() { assigneeId }: Asset, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, assigneeId);
  }

  @Call()
  @FieldResolver(() => ItsmUser, { nullable: true, description: "Who answers for it." })
  owner(@Root() { ownerId }: Asset, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<ItsmUser>(context, info, ownerId);
  }
}
