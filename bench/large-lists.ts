/**
 * Every list of a `large` sandbox, asked for as a frontend does: the first page of 100 (milliseconds, median of 15) and what the process holds
 * after it; then the longest one walked to its end. How long the service takes to make its objects up, once, is told apart.
 * `npx node dist/bench/large-lists.js`
 */
import { ask } from "../test/support/ask.js";
import { testCore } from "../test/support/core.js";

const TIMES = 15;
const WALKED = [1_000, 10_000, 50_000];

const LISTS: Readonly<Record<string, string>> = {
  "crm.contacts": "crm { list: contacts(first: 100) { nodes { id name email } } }",
  "crm.accounts": "crm { list: accounts(first: 100) { nodes { id name industry } } }",
  "crm.opportunities": "crm { list: opportunities(first: 100) { nodes { id name stageName } } }",
  "crm.leads": "crm { list: leads(first: 100) { nodes { id name } } }",
  "crm.tasks": "crm { list: tasks(first: 100) { nodes { id subject } } }",
  "calendar.events": `calendar { list: events(start: "2026-06-01T00:00:00Z", end: "2026-12-01T00:00:00Z", first: 100) { nodes { id name start } } }`,
  "email.messages": "email { list: messages(first: 100) { nodes { id subject created } } }",
  "email.messages by words": `email { list: messages(query: "regards", first: 100) { nodes { id subject created } } }`,
  "email.threads": "email { list: threads(first: 100) { nodes { id subject } } }",
  "messaging.conversations": "messaging { list: conversations(first: 100) { nodes { id name } } }",
  "team.users": "team { list: users(first: 100) { nodes { id name } } }",
  "itsm.incidents": "itsm { list: incidents(first: 100) { nodes { id subject } } }",
  "storage recent": "storage { list: recent(first: 100) { nodes { id name } } }",
  audit: "list: audit(first: 100) { nodes { id action } }",
};

const resident = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
};
const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1] as number;

const core = await testCore();
try {
  const id = String((await core.connect("sandbox", { seed: "bench", size: "large" })).id);
  const timed = async (query: string, variables: Record<string, unknown> = {}) => {
    const began = performance.now();
    const answer = await ask(core, query, { id, ...variables });
    if (answer.errors) throw answer.errors[0];
    return { answer, took: performance.now() - began };
  };
  console.log("list | objects on the page | calls | first touch ms | median ms | RSS MiB");
  for (const [name, fields] of Object.entries(LISTS)) {
    const query = `query ($id: ID!) { account(id: $id) { ${fields} } }`;
    const { answer, took } = await timed(query);
    const page = answer.data.account.list ?? Object.values<{ list?: unknown }>(answer.data.account)[0]?.list;
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) times.push((await timed(query)).took);
    const figures = [page.nodes.length, answer.calls, took.toFixed(0), median(times).toFixed(1), resident().toFixed(0)];
    console.log([name, ...figures].join(" | "));
  }

  const walk = `query ($id: ID!, $after: String) { account(id: $id) { email { messages(first: 1000, after: $after) {
    nodes { id subject created } pageInfo { hasNextPage endCursor } } } } }`;
  const idle = resident();
  const began = performance.now();
  let [told, peak, after]: [number, number, string | null] = [0, idle, null];
  do {
    const { answer } = await timed(walk, { after });
    const { nodes, pageInfo } = answer.data.account.email.messages;
    told += nodes.length;
    peak = Math.max(peak, process.memoryUsage.rss() / 2 ** 20);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    if (WALKED.includes(told))
      console.log(
        `mails walked: ${told}, ${(performance.now() - began).toFixed(0)} ms, peak RSS ${(peak - idle).toFixed(0)} MiB over ${idle.toFixed(0)}`,
      );
  } while (after !== null);
  console.log(`to the end: ${told}, ${(performance.now() - began).toFixed(0)} ms`);
} finally {
  await core.close();
}
