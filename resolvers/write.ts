import { Arg, Authorized, type ClassType, Ctx, Mutation, Resolver } from "type-graphql";
import type { Resource } from "../schema/common/resource.js";
import type { Api } from "../src/ids.js";
import type { ConnectedAccount } from "../src/unified/account.js";
import type { UnifiedCollection } from "../src/unified/collection.js";
import { openAccount } from "./common/account.js";
import { type Context, forgetReads } from "./context.js";

/** Fields of an input that name other objects, each with what it may name: `{ company: "crm.account" }`. */
export type References = Readonly<Record<string, `${Api}.${string}`>>;

/** A class of inputs, payloads … as type-graphql knows it. */
type Class = ClassType<object>;

interface Written<Item extends Resource, Draft extends object> {
  /** `Contact`: the mutations are `createContact` and `updateContact`. */
  name: string;
  /** What a person calls it, with its article: `a contact`. */
  title: string;
  /** Its place in the payload: `contact`. */
  field: string;
  api: Api;
  type: string;
  collection(account: ConnectedAccount): UnifiedCollection<Item, never, Draft>;
  payload: Class;
  createInput: Class;
  updateInput: Class;
  references: References;
  /** The account in which a new one is made. Absent: as the input's `account` says. */
  accountOf?(context: Context, input: Record<string, unknown>): Promise<ConnectedAccount>;
}

/** `create…` and `update…` of one type: every type is written alike. */
export const writing = <Item extends Resource, Draft extends object>(written: Written<Item, Draft>): Class => {
  const { name, title, field, api, type, collection, payload, createInput, updateInput, references } = written;
  const inputAccount = ({ session }: Context, { account }: Record<string, unknown>) =>
    openAccount({ session }, account as string);
  const accountOf = written.accountOf ?? inputAccount;

  @Resolver()
  class Writing {
    @Authorized("write")
    @Mutation(() => payload, { name: `create${name}`, description: `Makes ${title}.` })
    async create(@Arg("input", () => createInput) input: object, @Ctx() context: Context): Promise<object> {
      const { account: _, ...given } = input as Record<string, unknown>;
      const account = await accountOf(context, input as Record<string, unknown>);
      const item = await collection(account).create(toDraft<Draft>(account, given, references));
      forgetReads(context);
      return { [field]: item };
    }

    @Authorized("write")
    @Mutation(() => payload, {
      name: `update${name}`,
      description: `Changes ${title}: what is absent stays, null clears.`,
    })
    async update(@Arg("input", () => updateInput) input: object, @Ctx() context: Context): Promise<object> {
      const { id, ...given } = input as { id: string } & Record<string, unknown>;
      const { scope, native } = await context.session.resolveAs(id, api, [type]);
      const item = await collection(scope).update(native, toDraft<Draft>(scope, given, references));
      forgetReads(context);
      return { [field]: item };
    }
  }
  return Writing as Class;
};

/** What was said in an input, ids of other objects as the service knows them. */
export const toDraft = <Draft extends object>(
  account: ConnectedAccount,
  given: Record<string, unknown>,
  references: References,
): Draft => {
  const draft = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const of = references[name];
      return [name, of === undefined || value === null ? value : nativeOf(account, value as string | string[], of)];
    });
  return Object.fromEntries(draft) as Draft;
};

const nativeOf = (account: ConnectedAccount, id: string | string[], of: `${Api}.${string}`): string | string[] => {
  if (Array.isArray(id)) return id.map((one) => nativeOf(account, one, of) as string);
  const [api, type] = of.split(".") as [Api, string];
  return account.own(id, api, [type]).native;
};
