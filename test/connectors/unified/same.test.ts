import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Resource } from "../../../schema/common/resource.js";
import { ROOT } from "../../../src/connectors/connector.js";
import { Ref } from "../../../src/ids.js";
import { idOf } from "../../../src/server/rest/render/idOf.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { connectAccount } from "../../../src/unified/accounts.js";
import type { AccountApis } from "../../../src/unified/categories.js";
import { type RestServing, restForTest } from "../../rest/support.js";

const PAGE = { cursor: null, limit: 5 };
const YEAR = { start: "2000-01-01T00:00:00Z", end: "2100-01-01T00:00:00Z" };

/** Lists of every type of object. */
const LISTS: Readonly<Record<string, (apis: AccountApis) => Promise<{ items: Resource[] }>>> = {
  "files and folders": ({ storage }) => storage.list(ROOT, { ...PAGE, limit: 50, recursive: true }),
  "recent files": ({ storage }) => storage.recent(PAGE),
  accounts: ({ crm }) => crm.accounts.list(PAGE),
  contacts: ({ crm }) => crm.contacts.list(PAGE),
  leads: ({ crm }) => crm.leads.list(PAGE),
  opportunities: ({ crm }) => crm.opportunities.list(PAGE),
  campaigns: ({ crm }) => crm.campaigns.list(PAGE),
  tasks: ({ crm }) => crm.tasks.list(PAGE),
  calendars: ({ calendar }) => calendar.calendars.list(PAGE),
  events: ({ calendar }) => calendar.events.list({ calendar: "primary", ...YEAR, expand: false, ...PAGE }),
  mails: ({ email }) => email.messages.list(PAGE),
  "folders of mail": ({ email }) => email.folders.list(PAGE),
  labels: ({ email }) => email.labels.list(PAGE),
  threads: ({ email }) => email.threads.list(PAGE),
  conversations: ({ messaging }) => messaging.conversations.list(PAGE),
  "chat messages": async ({ messaging }) => {
    const { items } = await messaging.conversations.list(PAGE);
    return messaging.messages.list({ conversation: items[0]?.id.native as string, ...PAGE });
  },
  users: ({ team }) => team.users.list(PAGE),
  groups: ({ team }) => team.groups.list(PAGE),
  incidents: ({ itsm }) => itsm.incidents.list(PAGE),
  problems: ({ itsm }) => itsm.problems.list(PAGE),
  changes: ({ itsm }) => itsm.changes.list(PAGE),
  articles: ({ itsm }) => itsm.articles.list(PAGE),
  assets: ({ itsm }) => itsm.assets.list(PAGE),
  "the audit trail": ({ audit }) => audit.events.list(PAGE),
};

/** Where the two differ, by the list: the REST API reads the texts of mails with them, and tells of an author the id alone. */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = { mails: ["text", "html"], "chat messages": ["author"] };

describe("unified: what it answers is what the account itself answers", () => {
  let serving: RestServing;
  let direct: ConnectedAccount;
  let through: ConnectedAccount;
  before(async () => {
    serving = await restForTest();
    const { unified, application } = serving.core;
    const session = unified.internal(application, new AbortController().signal);
    direct = await session.account(1);
    const fields = { url: serving.url, token: await serving.token(1), rate: "10000" };
    through = (await connectAccount(session, { service: "unified", fields })).account;
  });
  after(() => serving.closeCore());

  for (const [name, list] of Object.entries(LISTS))
    test(name, async () => {
      const [own, far] = await Promise.all([list(direct.apis(false)), list(through.apis(false))]);
      assert.ok(own.items.length > 0);
      assert.deepEqual(
        far.items.map(spelt("native", DIFFERENT[name])),
        own.items.map(spelt("global", DIFFERENT[name])),
      );
    });
});

/** An object in JSON, each id as the far server spells it: there it is the global one, here the native one. */
const spelt =
  (spelling: "native" | "global", different: readonly string[] = []) =>
  (item: Resource): unknown => {
    const told = Object.fromEntries(
      Object.entries(item).filter(([name, value]) => value !== undefined && !different.includes(name)),
    );
    return JSON.parse(
      JSON.stringify(told, function (this: Record<string, unknown>, name, json) {
        const value = this[name];
        if (!(value instanceof Ref)) return json;
        return spelling === "global" ? idOf(value) : value.native.split("\n").at(-1);
      }),
    );
  };
