import type { AccountBook } from "../../upstream/upstream.js";

type Figures = Omit<AccountBook, "account" | "service">;

/** `extensions.upstream`: what an operation cost the services, in all and by account. Times in whole milliseconds. */
export const explain = (books: readonly AccountBook[]): Figures & { byAccount: Omit<AccountBook, "ms">[] } => {
  const sum = (figure: keyof Figures): number => Math.round(books.reduce((total, book) => total + book[figure], 0));
  return {
    calls: sum("calls"),
    joined: sum("joined"),
    waitedMs: sum("waitedMs"),
    ms: sum("ms"),
    byAccount: books.map(({ account, service, calls, joined, waitedMs }) => ({
      account: String(account),
      service,
      calls,
      joined,
      waitedMs: Math.round(waitedMs),
    })),
  };
};
