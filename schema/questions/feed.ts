import { type ClassType, Field, Float } from "type-graphql";
import type { ApiError } from "../../src/errors.js";
import { Account } from "../common/account.js";
import { ApiObject } from "../common/apiObject.js";
import { type ConnectionOf, pageOf } from "../common/page.js";

@ApiObject({ description: "An account that is missing from an answer, and why. The next page asks it again." })
export class AccountFailure {
  @Field(() => Account)
  account!: Account;
  @Field(() => String, { description: "As `code` in the errors' extensions: NOT_FOUND, SERVICE_UNAUTHORIZED …" })
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => Float, { nullable: true, description: "Seconds until another try makes sense." })
  retryAfter!: number | null;
  /** Not exposed: it is told among the answer's errors as well. */
  error!: ApiError;
}

/** One page of an answer that many accounts gave. */
export interface FeedOf<Item> extends ConnectionOf<Item> {
  failures: AccountFailure[];
}

type Feed<Item> = ClassType<FeedOf<Item>>;

/** A connection whose items come from many accounts: `feedOf("FileFeedConnection", FileConnection, () => File)`. */
export const feedOf = <Item>(
  name: string,
  { edge }: { readonly edge: ClassType },
  node: () => (abstract new () => Item) | Item,
): Feed<Item> => {
  const feed = pageOf(name, "One page of what many accounts have, in one order.", edge, node);
  Field(() => [AccountFailure], { description: "Accounts that could not be asked; the others' answers stand." })(
    feed.prototype as object,
    "failures",
  );
  return feed as unknown as Feed<Item>;
};
