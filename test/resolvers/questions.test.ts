import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Answer, ask } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";
import { serveForTest, type TestServing } from "../support/serving.js";

const SECONDS = 2;
const MARGIN = 500; // milliseconds

interface Question {
  /** With `$first` and `$after`. */
  query: string;
  name: "agenda" | "inbox" | "search" | "files";
  /** What the items are ordered by, as text. Absent: the services' own ranks, in turn, which depend on the pages. */
  key?(item: Item): string;
}
// biome-ignore lint/suspicious/noExplicitAny: looked into freely, as a frontend without types does.
type Item = any;

const VARIABLES = "$first: Int = 100, $after: String, $accounts: [ID!]";
const PAGE = "first: $first, after: $after, accounts: $accounts";
const REST = `
  edges { cursor }
  pageInfo { hasNextPage endCursor }
  failures { account { number } code message }`;

const QUESTIONS: readonly Question[] = [
  {
    name: "agenda",
    query: `query (${VARIABLES}) {
      agenda(start: "2026-08-31T00:00:00Z", end: "2026-09-03T00:00:00Z", ${PAGE}) { nodes { id start account { number } } ${REST} }
    }`,
    key: ({ start }) => new Date(start).toISOString(),
  },
  {
    name: "inbox",
    query: `query (${VARIABLES}) {
      inbox(query: "regards", ${PAGE}) { nodes { id created account { number } } ${REST} }
    }`,
    key: ({ created }) => new Date(8e15 - Date.parse(created)).toISOString(),
  },
  {
    name: "files",
    query: `query (${VARIABLES}) { files(${PAGE}) { nodes { id modified account { number } } ${REST} } }`,
    key: ({ modified }) => new Date(8e15 - Date.parse(modified)).toISOString(),
  },
  {
    name: "search",
    query: `query (${VARIABLES}) {
      search(query: "ember", ${PAGE}) { nodes { __typename ... on Resource { id account { number } } } ${REST} }
    }`,
  },
];

describe("one question over eight accounts, of which two fail and one is slow", () => {
  let core: TestCore;
  const well: string[] = [];
  const ill: string[] = [];
  before(async () => {
    core = await testCore({ questionSeconds: SECONDS });
    for (let number = 1; number <= 5; number++) well.push(await connect({ seed: `well ${number}` }));
    ill.push(await connect({ seed: "fails", failRate: "1" }));
    const refused = await connect({ seed: "refused" });
    await core.unified.store.accounts.update(Number(refused), { active: false });
    ill.push(refused, await connect({ seed: "slow", latencyMs: "5000" }));
    // What an account holds is written when it is first asked for; that is no part of what is measured.
    for (const { query } of QUESTIONS) for (const one of well) await ask(core, query, { first: 1, accounts: [one] });
  });
  after(() => core.close());
  const connect = async (fields: Record<string, string>) => String((await core.connect("sandbox", fields)).account);

  for (const { name, query, key } of QUESTIONS)
    describe(name, () => {
      const timed = async (variables: Record<string, unknown>): Promise<{ answer: Answer; took: number }> => {
        const began = performance.now();
        const answer = await ask(core, query, variables);
        return { answer, took: performance.now() - began };
      };
      let first: { answer: Answer; took: number };
      before(async () => {
        first = await timed({ first: 30 });
      });

      test("the accounts that answer stand, within the time", () => {
        const { answer, took } = first;
        const { nodes, pageInfo } = answer.data[name];
        assert.deepEqual([nodes.length, pageInfo.hasNextPage], [30, true]);
        assert.ok(took < SECONDS * 1_000 + MARGIN, `took ${took} ms`);
        const from = new Set(nodes.map((item: Item) => String(item.account.number)));
        assert.ok(from.size > 1);
        for (const one of ill) assert.ok(!from.has(one));
      });

      test("those that do not are named, once each and with what is wrong", () => {
        const failures = first.answer.data[name].failures as { account: { number: number }; code: string }[];
        const codes = new Map(failures.map(({ account, code }) => [String(account.number), code]));
        assert.deepEqual([...codes.keys()].sort(), ill.toSorted());
        assert.equal(failures.length, ill.length);
        assert.ok(codes.get(ill[0] as string)?.startsWith("SERVICE_"), codes.get(ill[0] as string));
        assert.equal(codes.get(ill[1] as string), "SERVICE_UNAUTHORIZED");
        assert.equal(codes.get(ill[2] as string), "GATEWAY_TIMEOUT");
      });

      test("page by page they are the whole list: none twice, none left out", async () => {
        const whole = (await timed({ first: 1_000, accounts: well })).answer.data[name].nodes as Item[];
        const paged: Item[] = [];
        let after: string | null = null;
        do {
          const { data, errors }: Answer = await ask(core, query, { first: 37, after, accounts: well });
          assert.equal(errors, undefined);
          paged.push(...data[name].nodes);
          after = data[name].pageInfo.hasNextPage ? data[name].pageInfo.endCursor : null;
        } while (after !== null && paged.length < 1_000);
        const told = paged.slice(0, whole.length).map(({ id }) => id);
        const ids = whole.map(({ id }) => id);
        assert.equal(new Set(told).size, whole.length);
        if (!key) return assert.deepEqual(new Set(told), new Set(ids));
        assert.deepEqual(told, ids);
        assert.deepEqual(whole.map(key), whole.map(key).toSorted());
      });
    });
});

describe("a question over HTTP, of accounts as a new data folder has them", () => {
  let serving: TestServing;
  before(async () => {
    serving = await serveForTest({ questionSeconds: SECONDS });
  });
  after(() => serving.closeCore());

  test("one that has no calendar is never taken, and a folder of this machine is shared with nobody", async () => {
    const { body } = await serving.ask(`{
      availability(duration: "PT1H", windows: [{ start: "2026-08-31T00:00:00Z", end: "2026-09-01T00:00:00Z" }]) { start }
      account(id: "1") { crm { contacts(first: 1) { nodes { files { failures { code } } } } } } }`);
    assert.equal(body.errors, undefined);
    assert.ok(body.data.availability.length > 0);
    assert.deepEqual(body.data.account.crm.contacts.nodes[0].files.failures, []);
  });

  test("the accounts that failed stand in the answer and among the errors, with the path of the question", async () => {
    const connect = `mutation ($fields: JSONObject!) {
      connectAccount(input: { service: "sandbox", fields: $fields }) { account { id number } } }`;
    const made = await serving.ask(connect, { fields: { failRate: "1" } });
    const { id, number } = made.body.data.connectAccount.account;
    const question = `{ mine: agenda(start: "2026-08-31T00:00:00Z", end: "2026-09-07T00:00:00Z") {
      nodes { id } failures { code account { number } } } }`;
    const { status, body } = await serving.ask(question);
    assert.equal(status, 200);
    assert.ok(body.data.mine.nodes.length > 0);
    assert.deepEqual(
      body.data.mine.failures.map(({ account }: Item) => account.number),
      [number],
    );
    const [error, ...others] = body.errors ?? [];
    assert.deepEqual([error?.path, others], [["mine"], []]);
    assert.equal(error?.extensions.code, body.data.mine.failures[0].code);
    assert.equal(error?.extensions.account, id);
  });
});

describe("one contact, everywhere", () => {
  let core: TestCore;
  before(async () => {
    core = await testCore();
  });
  after(() => core.close());

  test("the company, its opportunities, mails, meetings, files and chat are one query of few calls", async (t) => {
    const seed = "well 1"; // a world in which one of these contacts writes, chats, and is given a file
    const crm = String((await core.connect("sandbox", { seed, apis: "crm" })).account);
    await core.connect("sandbox", { seed, apis: "email,calendar" });
    await core.connect("sandbox", { seed, apis: "storage,messaging" });
    const query = `query ($crm: ID!) {
      account(id: $crm) {
        crm {
          contacts(first: 4) {
            nodes {
              name email
              company { name opportunities(first: 5) { nodes { name stageName } } }
              correspondence(first: 5) { nodes { __typename id text author { email } } }
              meetings(start: "2026-06-01T00:00:00Z", end: "2026-12-01T00:00:00Z", first: 5) {
                nodes { name attendees { email contact { name } } }
              }
              files(first: 5) { nodes { name } failures { code } }
            }
          }
        }
      }
    }`;
    const listing = t.mock.method(core.unified.store.accounts, "list");
    const { data, errors, calls } = await ask(core, query, { crm });
    assert.equal(listing.mock.callCount(), 1, "the accounts are looked up once, however many contacts ask all of them");
    assert.equal(errors, undefined);
    const contacts = data.account.crm.contacts.nodes as Item[];
    assert.equal(contacts.length, 4);
    const all = (pick: (contact: Item) => Item[]) => contacts.flatMap(pick);
    assert.ok(all(({ company }) => company.opportunities.nodes).length > 0);
    const kinds = all(({ correspondence }) => correspondence.nodes).map(({ __typename }) => __typename);
    assert.deepEqual(new Set(kinds), new Set(["EmailMessage", "ChatMessage"]));
    assert.ok(all(({ files }) => files.nodes).length > 0);
    const meetings = all(({ meetings: { nodes } }) => nodes);
    assert.ok(meetings.length > 0);
    for (const { email, name, meetings: met } of contacts)
      for (const { attendees } of met.nodes) {
        const self = attendees.find((one: Item) => one.email === email);
        if (self) assert.equal(self.contact.name, name);
      }
    assert.ok(calls <= 15, `${calls} calls`);
  });
});
