import { type GraphQLResolveInfo, responsePathAsArray } from "graphql";
import { ArgsType, Field, ID } from "type-graphql";
import type { PageInfo } from "../../schema/common/page.js";
import type { AccountFailure, FeedOf } from "../../schema/questions/feed.js";
import type { Api } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { accountsFor } from "../../src/unified/questions/accounts.js";
import type { Answer } from "../../src/unified/questions/answer.js";
import type { Asked } from "../../src/unified/questions/ask.js";
import { openAccount, toAccount } from "../common/account.js";
import type { Context } from "../context.js";
import { checkFirst, PageArguments } from "../page.js";
import { selects } from "../selection.js";

@ArgsType()
export class FeedArguments extends PageArguments {
  @Field(() => [ID], { nullable: true, description: "Absent: all that the caller may see." })
  accounts?: string[] | null;
}

/** What every question asks of whom. */
export const askedBy = async (
  context: Context,
  info: GraphQLResolveInfo,
  { accounts: ids, first, after }: Pick<FeedArguments, "accounts" | "first" | "after">,
  apis: readonly Exclude<Api, "meta">[],
): Promise<Asked> => {
  const { session } = context;
  const named = ids == null ? null : await Promise.all(ids.map((id) => openAccount({ session }, id)));
  return {
    session,
    accounts: await accountsFor(session, named, apis),
    first: checkFirst(first ?? 100),
    after: after ?? null,
    deadline: session.unified.questionDeadline,
    raw: selects(info, "raw"),
  };
};

/** The answer as the graph tells it; accounts that failed stand beside it and among the errors. */
export const toFeed = <Item>(
  context: Context,
  info: GraphQLResolveInfo,
  answer: Answer<Item, ConnectedAccount>,
  started: boolean,
): FeedOf<Item> => {
  const failures = failuresOf(answer);
  const path = responsePathAsArray(info.path);
  for (const { error } of failures) context.warn(error, path);
  return new AnsweredFeed(answer, failures, started);
};

/** An account of which several lists fail, fails once. */
const failuresOf = <Item>({ failures }: Answer<Item, ConnectedAccount>): AccountFailure[] => {
  const told = new Map<ConnectedAccount, AccountFailure>();
  for (const { account, error } of failures)
    if (!told.has(account))
      told.set(account, {
        account: toAccount(account),
        code: error.code.toUpperCase(),
        message: error.message,
        retryAfter: error.context.retryAfter ?? null,
        error: error.within({ service: account.connector.service, account: String(account.id) }),
      });
  return [...told.values()];
};

/** Cursors are written only when they are selected. */
class AnsweredFeed<Item> implements FeedOf<Item> {
  readonly totalCount = null;
  constructor(
    private readonly answer: Answer<Item, ConnectedAccount>,
    readonly failures: AccountFailure[],
    private readonly started: boolean,
  ) {}
  get nodes(): Item[] {
    return this.answer.items;
  }
  get edges(): { cursor: string; node: Item }[] {
    const { answer } = this;
    return answer.items.map((node, index) => ({
      get cursor() {
        return answer.cursorAfter(index);
      },
      node,
    }));
  }
  get pageInfo(): PageInfo {
    const { items, hasNextPage, endCursor } = this.answer;
    return {
      hasNextPage,
      hasPreviousPage: this.started,
      startCursor: items.length > 0 ? this.answer.cursorAfter(0) : null,
      endCursor,
    };
  }
}
