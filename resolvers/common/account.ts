import {
  Arg,
  Args,
  ArgsType,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { Account, AccountConnection, RateLimit } from "../../schema/common/account.js";
import { ApiEnum } from "../../schema/common/api.js";
import {
  ConnectAccountInput,
  CreateSessionInput,
  NodeInput,
  StartConnectionInput,
  UpdateAccountInput,
} from "../../schema/common/inputs.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import {
  AccountPayload,
  ConnectAccountPayload,
  SessionPayload,
  StartConnectionPayload,
} from "../../schema/common/payloads.js";
import { AccountOptions } from "../../schema/common/raw.js";
import { DeletePayload } from "../../schema/storage/payloads.js";
import { ApiError } from "../../src/errors.js";
import type { Api } from "../../src/ids.js";
import type { ConnectedAccount, View } from "../../src/unified/account.js";
import { connectAccount, disconnectAccount, updateAccount } from "../../src/unified/accounts.js";
import { apisOf } from "../../src/unified/capabilities.js";
import { startConnecting } from "../../src/unified/connecting/start.js";
import { checkRight } from "../../src/unified/rights.js";
import type { Context } from "../context.js";
import { Listed } from "../cost.js";
import type { ObjectRef } from "../objectRef.js";
import { connection, PageArguments } from "../page.js";

@ArgsType()
class AccountsArguments extends PageArguments {
  @Field(() => [String], { nullable: true })
  service?: string[] | null;
  @Field(() => [ApiEnum], { nullable: true })
  api?: Api[] | null;
  @Field(() => Boolean, { nullable: true })
  enabled?: boolean | null;
  @Field(() => String, { nullable: true, description: "Part of the account's name." })
  query?: string | null;
}

@Resolver(() => Account)
export class AccountResolver {
  @Authorized("read")
  @Query(() => Account, { nullable: true, description: "`me` is the account of the caller's token." })
  async account(
    @Arg("id", () => ID, { defaultValue: "me" }) id: string,
    @Arg("options", () => AccountOptions, { nullable: true }) options: AccountOptions | null,
    @Ctx() { session }: Context,
  ): Promise<Account> {
    const account = id === "me" ? await session.me() : await openAccount({ session }, id);
    return toAccount(options ? await session.view(account.record, await toView(options, account)) : account);
  }

  @Authorized("read")
  @Listed()
  @Query(() => AccountConnection, { description: "The accounts that the caller may see." })
  accounts(
    @Args(() => AccountsArguments) { service, api, enabled, query, ...page }: AccountsArguments,
    @Ctx() { session }: Context,
  ): Promise<ConnectionOf<Account>> {
    const services = [...session.unified.connectors.values()]
      .filter((connector) => !api || apisOf(connector).some((one) => api.includes(one)))
      .map((connector) => connector.service)
      .filter((name) => !service || service.includes(name));
    const filter = { services, ...(enabled == null ? {} : { enabled }), ...(query ? { query } : {}) };
    return connection(page, async ({ cursor, limit }) => {
      const after = Number(cursor ?? 0);
      if (!Number.isSafeInteger(after))
        throw new ApiError("invalid_parameters", "`after` is not a cursor of this list.");
      const accounts = await session.accounts(filter, { after, limit: limit + 1 });
      const items = accounts.slice(0, limit);
      // What one account was connected for may be less than its service has.
      const offering = items.filter((account) => !api || api.some((one) => one !== "meta" && account.has(one)));
      return { items: offering.map(toAccount), next: accounts.length > limit ? String(items.at(-1)?.account) : null };
    });
  }

  @FieldResolver(() => RateLimit, { nullable: true })
  rateLimit(@Root() { id }: Account): RateLimit | null {
    const { session, record } = (id as ObjectRef).scope;
    return session.unified.client.rateLimit(String(record.id));
  }

  @FieldResolver(() => Account, {
    nullable: true,
    description: "This admin account acting as one user of its organisation.",
  })
  async impersonate(
    @Arg("user", () => ID) user: string,
    @Root() { id }: Account,
    @Ctx() { session }: Context,
  ): Promise<Account> {
    const { scope } = id as ObjectRef;
    return toAccount(await session.view(scope.record, { ...scope.view, user: scope.userOf(user) }));
  }

  @Authorized("write")
  @Mutation(() => ConnectAccountPayload, {
    description: "Proves what the user typed to the service and keeps it. API key or session.",
  })
  async connectAccount(
    @Arg("input", () => ConnectAccountInput) { service, fields, endUser, customProperties }: ConnectAccountInput,
    @Ctx() { session }: Context,
  ): Promise<ConnectAccountPayload> {
    const { account, token } = await connectAccount(session, {
      service,
      fields: textFields(fields ?? {}),
      endUser: endUser ?? undefined,
      customProperties: customProperties ?? undefined,
    });
    return { account: toAccount(account), token };
  }

  @Authorized("write")
  @Mutation(() => StartConnectionPayload, {
    description:
      "A page on which somebody connects an account: a service's form, or its own consent. API key or session.",
  })
  async startConnection(
    @Arg("input", () => StartConnectionInput) { prefill, customProperties, ...input }: StartConnectionInput,
    @Ctx() { session, urls }: Context,
  ): Promise<StartConnectionPayload> {
    const { service, scope, endUser, redirectUri, state } = input;
    const { token, expires } = await startConnecting(session, {
      service: service ?? undefined,
      scope: scope ?? undefined,
      endUser: endUser ?? undefined,
      redirectUri: redirectUri ?? undefined,
      state: state ?? undefined,
      prefill: textFields(prefill ?? {}),
      customProperties: customProperties ?? {},
    });
    return { url: `${urls.base()}/v1/oauth/connect?flow=${token}`, expires };
  }

  @Authorized("write")
  @Mutation(() => AccountPayload, { description: "Renames an account, switches it on or off, or says whose it is." })
  async updateAccount(
    @Arg("input", () => UpdateAccountInput) { id, ...input }: UpdateAccountInput,
    @Ctx() { session }: Context,
  ): Promise<AccountPayload> {
    const account = await openAccount({ session }, id);
    const { name, enabled, customProperties, endUser } = input;
    return {
      account: toAccount(
        await updateAccount(account, {
          ...(name == null ? {} : { name }),
          ...(enabled == null ? {} : { enabled }),
          ...(customProperties == null ? {} : { customProperties }),
          ...(endUser === undefined ? {} : { endUser }),
        }),
      ),
    };
  }

  @Authorized("write")
  @Mutation(() => DeletePayload, {
    description: "Forgets the account and its credential, and has the service take back what it granted, where it can.",
  })
  async disconnectAccount(
    @Arg("input", () => NodeInput) { id }: NodeInput,
    @Ctx() { session }: Context,
  ): Promise<DeletePayload> {
    await disconnectAccount(await openAccount({ session }, id));
    return { deletedId: id };
  }

  @Authorized("admin")
  @Mutation(() => SessionPayload, { description: "API key only: a token for one end user's browser." })
  createSession(
    @Arg("input", () => CreateSessionInput) { endUser, minutes }: CreateSessionInput,
    @Ctx() { session, caller }: Context,
  ): Promise<SessionPayload> {
    if (caller.kind !== "key") throw new ApiError("forbidden", "Only an API key can create a session.");
    return session.unified.callers.createSession({ application: caller.application, endUser, minutes });
  }
}

/** Built once for each opened account: a page of a thousand files names one account a thousand times. */
export const toAccount = (account: ConnectedAccount): Account => {
  let built = known.get(account);
  if (!built) {
    built = build(account);
    known.set(account, built);
  }
  return built;
};
const known = new WeakMap<ConnectedAccount, Account>();

const build = (account: ConnectedAccount): Account => {
  const { record, connector } = account;
  return {
    id: account.id,
    api: "meta",
    type: "account",
    number: record.id,
    name: record.name,
    apis: apisOf(connector, record),
    capabilities: account.capabilities,
    active: record.active,
    enabled: record.enabled,
    admin: record.admin,
    scope: record.scope,
    customProperties: record.customProperties,
    endUser: record.endUser,
    created: record.created,
    modified: record.modified,
    raw: null,
  };
};

/** The account by its id, or by the number that the REST API uses. */
export const openAccount = async ({ session }: Pick<Context, "session">, id: string): Promise<ConnectedAccount> =>
  /^\d{1,15}$/.test(id) ? session.account(Number(id)) : (await session.resolveAs(id, "meta", ["account"])).scope;

const toView = async ({ asUser, rawQuery, rawHeaders }: AccountOptions, account: ConnectedAccount): Promise<View> => {
  const { session, view } = account;
  // A header can turn a read into a write (`X-HTTP-Method-Override`), so it takes the same right as a raw request.
  if (rawQuery || rawHeaders) checkRight(session, "raw");
  return {
    ...view,
    ...(asUser == null ? {} : { user: account.userOf(asUser) }),
    ...(rawQuery ? { query: textFields(rawQuery) } : {}),
    ...(rawHeaders ? { headers: textFields(rawHeaders) } : {}),
  };
};

/** JSON scalars as text, for what goes into a form, a query or headers. */
export const textFields = (fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value != null)
      .map(([name, value]) => {
        if (typeof value === "object")
          throw new ApiError("invalid_parameters", `${JSON.stringify(name)} must be text, a number or a boolean.`);
        return [name, String(value)];
      }),
  );
