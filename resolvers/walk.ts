import type { GraphQLResolveInfo } from "graphql";
import type { Resource } from "../schema/common/resource.js";
import type { Api, Ref } from "../src/ids.js";
import type { ConnectedAccount } from "../src/unified/account.js";
import type { AccountApis } from "../src/unified/categories.js";
import type { Context } from "./context.js";
import type { ObjectRef } from "./objectRef.js";
import { selects } from "./selection.js";

/** The object that another one names; `raw` with it when that is selected below. */
export const follow = <Item extends Resource>(
  { loaders }: Context,
  info: GraphQLResolveInfo,
  ref: Ref | null,
): Promise<Item> | null => ref && (loaders.objects(selects(info, "raw")).load(ref as ObjectRef) as Promise<Item>);

/** What the account can be asked, with the service's own objects when they are selected below. */
export const apisOf = (account: ConnectedAccount, info: GraphQLResolveInfo): AccountApis =>
  account.apis(selects(info, "raw"));

/** The account that an object was read through: it leads to all else there. */
export const accountOf = ({ id }: { id: Ref }): ConnectedAccount => (id as ObjectRef).scope;

/** What stands for a whole category of an account, unseen by the graph. */
export interface CategoryRoot {
  account: ConnectedAccount;
}
export const rootOf = (account: ConnectedAccount, api: Exclude<Api, "meta">): CategoryRoot | null =>
  account.has(api) ? { account } : null;
