import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime } from "../../schema/common/scalars.js";
import { type CrmAccount, CrmAccountConnection } from "../../schema/crm/account.js";
import { type Campaign, CampaignConnection } from "../../schema/crm/campaign.js";
import { type Contact, ContactConnection } from "../../schema/crm/contact.js";
import { Crm } from "../../schema/crm/crm.js";
import { type Lead, LeadConnection } from "../../schema/crm/lead.js";
import { type Opportunity, OpportunityConnection } from "../../schema/crm/opportunity.js";
import { type CrmRecord, CrmRecordConnection } from "../../schema/crm/record.js";
import { CrmSchema } from "../../schema/crm/schema.js";
import { CrmConnection, SearchLanguage } from "../../schema/crm/search.js";
import { type CrmTask, CrmTaskConnection } from "../../schema/crm/task.js";
import type { CompanyQuery, CrmItem, CrmQuery, CrmSearch } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { connection, PageArguments } from "../page.js";
import { accountOf, apisOf, type CategoryRoot, rootOf } from "../walk.js";

@ArgsType()
class CrmArguments extends PageArguments {
  @Field(() => DateTime, { nullable: true, description: "Only what changed at or after it." })
  modifiedSince?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Only what was made at or after it." })
  createdSince?: string | null;
  @Field(() => String, { nullable: true, description: "created, modified or name; -modified for descending." })
  orderBy?: string | null;
}

@ArgsType()
class CompanyArguments extends CrmArguments {
  @Field(() => ID, { nullable: true, description: "Only those of this company, a CrmAccount." })
  account?: string | null;
}

@ArgsType()
class RecordArguments extends PageArguments {
  @Field(() => String, { description: "The service's own type: Invoice__c …" })
  rawType!: string;
}

@ArgsType()
class CrmSearchArguments extends PageArguments {
  @Field(() => String)
  query!: string;
  @Field(() => SearchLanguage, { nullable: true, defaultValue: "keyword" })
  language!: CrmSearch["language"] | null;
}

@Resolver(() => Account)
export class AccountCrmResolver {
  @FieldResolver(() => Crm, { nullable: true, description: "Its customers. Null where it has no CRM." })
  crm(@Root() account: Account): CategoryRoot | null {
    return rootOf(accountOf(account), "crm");
  }
}

@Resolver(() => Crm)
export class CrmResolver {
  @Call()
  @Listed()
  @FieldResolver(() => CrmAccountConnection, { nullable: true, description: "Companies, departments, persons." })
  accounts(
    @Args(() => CrmArguments) { modifiedSince, createdSince, orderBy, ...page }: CrmArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<CrmAccount>> {
    return listed(context, apisOf(account, info).crm.accounts, toQuery({ modifiedSince, createdSince, orderBy }), page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ContactConnection, { nullable: true })
  contacts(
    @Args(() => CompanyArguments) { account: company, modifiedSince, createdSince, orderBy, ...page }: CompanyArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Contact>> {
    const query = ofCompany(account, company, { modifiedSince, createdSince, orderBy });
    return listed(context, apisOf(account, info).crm.contacts, query, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => LeadConnection, { nullable: true })
  leads(
    @Args(() => CrmArguments) { modifiedSince, createdSince, orderBy, ...page }: CrmArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Lead>> {
    return listed(context, apisOf(account, info).crm.leads, toQuery({ modifiedSince, createdSince, orderBy }), page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => OpportunityConnection, { nullable: true })
  opportunities(
    @Args(() => CompanyArguments) { account: company, modifiedSince, createdSince, orderBy, ...page }: CompanyArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Opportunity>> {
    const query = ofCompany(account, company, { modifiedSince, createdSince, orderBy });
    return listed(context, apisOf(account, info).crm.opportunities, query, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => CampaignConnection, { nullable: true })
  campaigns(
    @Args(() => CrmArguments) { modifiedSince, createdSince, orderBy, ...page }: CrmArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Campaign>> {
    return listed(
      context,
      apisOf(account, info).crm.campaigns,
      toQuery({ modifiedSince, createdSince, orderBy }),
      page,
    );
  }

  @Call()
  @Listed()
  @FieldResolver(() => CrmTaskConnection, { nullable: true })
  tasks(
    @Args(() => CompanyArguments) { account: company, modifiedSince, createdSince, orderBy, ...page }: CompanyArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<CrmTask>> {
    const query = ofCompany(account, company, { modifiedSince, createdSince, orderBy });
    return listed(context, apisOf(account, info).crm.tasks, query, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => CrmRecordConnection, {
    nullable: true,
    description: "Any object type of the service, custom ones included.",
  })
  records(
    @Args(() => RecordArguments) { rawType, ...page }: RecordArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<CrmRecord>> {
    return listed(context, apisOf(account, info).crm.objects, { rawType }, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => CrmConnection, { nullable: true, description: "Objects of mixed types." })
  search(
    @Args(() => CrmSearchArguments) { query, language, ...page }: CrmSearchArguments,
    @Root() { account }: CategoryRoot,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<CrmItem>> {
    if (query.trim() === "") throw new ApiError("invalid_parameters", "`query` must not be empty.");
    const { crm } = apisOf(account, info);
    return connection(page, (paging) => crm.search({ query, language: language ?? "keyword", ...paging }));
  }

  @Call()
  @FieldResolver(() => [CrmSchema], { nullable: true, description: "The types of objects that the service knows." })
  schemas(@Root() { account }: CategoryRoot): Promise<CrmSchema[]> {
    return account.apis(false).crm.schemas();
  }

  @Call()
  @FieldResolver(() => CrmSchema, { nullable: true })
  schema(@Arg("rawType", () => String) rawType: string, @Root() { account }: CategoryRoot): Promise<CrmSchema> {
    return account.apis(false).crm.schema(rawType);
  }
}

type Narrowing = Pick<CrmArguments, "modifiedSince" | "createdSince" | "orderBy">;

/** What was not said is not asked. */
const toQuery = ({ modifiedSince, createdSince, orderBy }: Narrowing): CrmQuery => ({
  ...(modifiedSince == null ? {} : { modifiedSince }),
  ...(createdSince == null ? {} : { createdSince }),
  ...(orderBy == null ? {} : { orderBy }),
});

const ofCompany = (
  account: CategoryRoot["account"],
  company: string | null | undefined,
  rest: Narrowing,
): CompanyQuery => ({
  ...toQuery(rest),
  ...(company == null ? {} : { company: account.own(company, "crm", ["account"]).native }),
});
