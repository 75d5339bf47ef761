import type { GraphQLResolveInfo } from "graphql";
import { Args, type ClassType, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { ConnectionOf } from "../../schema/common/page.js";
import { CrmAccount } from "../../schema/crm/account.js";
import { Campaign } from "../../schema/crm/campaign.js";
import { Contact, ContactConnection } from "../../schema/crm/contact.js";
import { CrmResource } from "../../schema/crm/crmResource.js";
import { Lead } from "../../schema/crm/lead.js";
import { Opportunity, OpportunityConnection } from "../../schema/crm/opportunity.js";
import { CrmTask, CrmTaskConnection } from "../../schema/crm/task.js";
import { CrmUser } from "../../schema/crm/user.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { PageArguments } from "../page.js";
import { accountOf, apisOf, follow } from "../walk.js";

@Resolver(() => CrmResource as unknown as ClassType<CrmResource>)
export class CrmResourceResolver {
  @Call()
  @FieldResolver(() => CrmUser, { nullable: true, description: "Who is in charge of it." })
  owner(@Root() { ownerId }: CrmResource, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<CrmUser>(context, info, ownerId);
  }
}

@Resolver(() => CrmAccount)
export class CrmAccountResolver {
  @Call()
  @Listed()
  @FieldResolver(() => ContactConnection, { nullable: true })
  contacts(
    @Args(() => PageArguments) page: PageArguments,
    @Root() company: CrmAccount,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Contact>> {
    return listed(context, apisOf(accountOf(company), info).crm.contacts, { company: company.id.native }, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => OpportunityConnection, { nullable: true })
  opportunities(
    @Args(() => PageArguments) page: PageArguments,
    @Root() company: CrmAccount,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Opportunity>> {
    return listed(context, apisOf(accountOf(company), info).crm.opportunities, { company: company.id.native }, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => CrmTaskConnection, { nullable: true })
  tasks(
    @Args(() => PageArguments) page: PageArguments,
    @Root() company: CrmAccount,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<CrmTask>> {
    return listed(context, apisOf(accountOf(company), info).crm.tasks, { company: company.id.native }, page);
  }
}

@Resolver(() => Contact)
export class ContactResolver {
  @Call()
  @FieldResolver(() => CrmAccount, {
    nullable: true,
    description: "The company; `account` is the connected account.",
  })
  company(@Root() { companyId }: Contact, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<CrmAccount>(context, info, companyId);
  }

  @Call()
  @FieldResolver(() => Lead, { nullable: true, description: "The lead that it once was." })
  lead(@Root() { leadId }: Contact, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Lead>(context, info, leadId);
  }
}

@Resolver(() => Opportunity)
export class OpportunityResolver {
  @Call()
  @FieldResolver(() => CrmAccount, { nullable: true, description: "Whom it would be closed with." })
  company(@Root() { companyId }: Opportunity, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<CrmAccount>(context, info, companyId);
  }

  @Call()
  @FieldResolver(() => Campaign, { nullable: true, description: "What it came from." })
  campaign(@Root() { campaignId }: Opportunity, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Campaign>(context, info, campaignId);
  }
}

@Resolver(() => Campaign)
export class CampaignResolver {
  @Call()
  @FieldResolver(() => Campaign, { nullable: true, description: "The campaign that it is part of." })
  parent(@Root() { parentId }: Campaign, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Campaign>(context, info, parentId);
  }
}

@Resolver(() => CrmTask)
export class CrmTaskResolver {
  @Call()
  @FieldResolver(() => CrmAccount, { nullable: true })
  company(@Root() { companyId }: CrmTask, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<CrmAccount>(context, info, companyId);
  }

  @Call()
  @FieldResolver(() => Contact, { nullable: true })
  contact(@Root() { contactId }: CrmTask, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Contact>(context, info, contactId);
  }
}
