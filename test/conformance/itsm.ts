import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import type { Resource } from "../../schema/common/resource.js";
import type { Article } from "../../schema/itsm/article.js";
import type { Asset } from "../../schema/itsm/asset.js";
import type { ChangeRequest } from "../../schema/itsm/change.js";
import type { Incident } from "../../schema/itsm/incident.js";
import type { Problem } from "../../schema/itsm/problem.js";
import type { ItsmRecord } from "../../schema/itsm/record.js";
import type { ItsmUser } from "../../schema/itsm/user.js";
import type {
  ArticleDraft,
  AssetDraft,
  ChangeRequestDraft,
  IncidentDraft,
  ItsmQuery,
  ProblemDraft,
  RecordDraft,
  TicketQuery,
} from "../../src/connectors/connector.js";
import type { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { type CollectionCase, casesOf, collectionCases } from "./collection.js";
import { commentCases } from "./itsm/comments.js";
import { Desk, type OpenedItsm } from "./itsm/desk.js";
import { filterCases } from "./itsm/filters.js";
import { ticketCases } from "./itsm/tickets.js";

/** What every connector of a service desk owes. The account begins with some records of each type that it declares. */
export const itsmConformance = (
  name: string,
  open: () => Promise<OpenedItsm>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: itsm`, () => {
    let opened: OpenedItsm | undefined;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const desk = new Desk(casesOf(name, deviations), () => opened as OpenedItsm);
    for (const type of typesOf(desk))
      describe(type.name, () =>
        collectionCases(
          desk.check,
          (): ConnectedAccount => desk.account,
          type as unknown as CollectionCase<Resource, object, object>,
        ),
      );
    filterCases(desk);
    ticketCases(desk);
    commentCases(desk);
  });
};

const LEVELS = new Set(["low", "medium", "high"]);
const TICKET = ["subject", "description", "category", "status", "active", "impact", "urgency", "priority"] as const;
const PEOPLE = ["requesterId", "assigneeId"] as const;

const typesOf = (desk: Desk) => [
  {
    name: "itsm.incidents",
    of: (account, raw) => account.apis(raw).itsm.incidents,
    query: async () => ({}),
    draft: async () => ({
      subject: "Drucker – kein Papier",
      description: "Tray 2",
      category: "hardware",
      impact: "high",
      urgency: "medium",
      dueDate: "2026-12-24T12:00:00.000Z",
      problem: await desk.first("problems"),
      assignee: await desk.user(),
    }),
    changes: [
      { change: { subject: "Renamed" }, after: { subject: "Renamed" } },
      { change: { priority: "low" }, after: { priority: "low" } },
      {
        change: { problem: null, assignee: null, dueDate: null },
        after: { problemId: null, assigneeId: null, dueDate: null },
      },
      { change: { description: null, category: "network" }, after: { description: null, category: "network" } },
    ],
    stay: [...TICKET, ...PEOPLE, "problemId", "changeId", "dueDate"],
    shape: (item) => assertTicket(item, item.changeId, item.problemId, item.responderId),
  } satisfies CollectionCase<Incident, TicketQuery, IncidentDraft>,
  {
    name: "itsm.problems",
    of: (account, raw) => account.apis(raw).itsm.problems,
    query: async () => ({}),
    draft: async () => ({
      subject: "Again and again",
      impact: "low",
      urgency: "high",
      change: await desk.first("changes"),
      workaround: "Use the stairs",
    }),
    changes: [
      { change: { knownError: true }, after: { knownError: true } },
      { change: { workaround: null, change: null }, after: { workaround: null, changeId: null } },
    ],
    stay: [...TICKET, ...PEOPLE, "changeId", "knownError", "workaround"],
    shape: (item) => assertTicket(item, item.changeId),
  } satisfies CollectionCase<Problem, TicketQuery, ProblemDraft>,
  {
    name: "itsm.changes",
    of: (account, raw) => account.apis(raw).itsm.changes,
    query: async () => ({}),
    draft: async () => ({
      subject: "Replace it",
      changeType: "emergency",
      risk: "high",
      start: "2026-12-24T12:00:00.000Z",
      end: "2026-12-24T14:00:00.000Z",
    }),
    changes: [
      { change: { risk: "low" }, after: { risk: "low" } },
      { change: { end: null, changeType: "normal" }, after: { end: null, changeType: "normal" } },
    ],
    stay: [...TICKET, ...PEOPLE, "changeType", "risk", "start", "end"],
    shape: (item) => assertTicket(item),
  } satisfies CollectionCase<ChangeRequest, TicketQuery, ChangeRequestDraft>,
  {
    name: "itsm.articles",
    of: (account, raw) => account.apis(raw).itsm.articles,
    query: async () => ({}),
    draft: async () => ({ title: "How to", body: "<p>Like <i>this</i></p>", knowledgeBase: "IT", status: "draft" }),
    changes: [
      { change: { body: "<p>Like that</p>" }, after: { body: "<p>Like that</p>" } },
      { change: { status: "published" }, after: { status: "published" } },
    ],
    stay: ["title", "body", "description", "category", "knowledgeBase", "status", "authorId"],
    shape({ status, published, views, authorId }) {
      assert.ok(status === null || ["draft", "published", "retired"].includes(status), `status ${status}`);
      if (status === "draft") assert.equal(published, null);
      assert.ok(views === null || views >= 0);
      assertType("user", authorId);
    },
  } satisfies CollectionCase<Article, ItsmQuery, ArticleDraft>,
  {
    name: "itsm.assets",
    of: (account, raw) => account.apis(raw).itsm.assets,
    query: async () => ({}),
    draft: async () => ({
      name: "Laptop",
      assetTag: "T-1",
      serialNumber: "S/1",
      cost: 999.95,
      owner: await desk.user(),
      purchaseDate: "2026-01-02T00:00:00.000Z",
    }),
    changes: [
      { change: { location: "Cellar" }, after: { location: "Cellar" } },
      { change: { cost: null, owner: null }, after: { cost: null, ownerId: null } },
    ],
    stay: ["name", "description", "assetTag", "serialNumber", "model", "cost", "ownerId", "assigneeId", "purchaseDate"],
    shape: ({ assigneeId, ownerId }) => assertType("user", assigneeId, ownerId),
  } satisfies CollectionCase<Asset, ItsmQuery, AssetDraft>,
  {
    name: "itsm.objects",
    of: (account, raw) => account.apis(raw).itsm.objects,
    query: async () => ({ rawType: desk.opened().rawType ?? "" }),
    draft: async () => ({ rawType: desk.opened().rawType ?? "", name: "Of its own table" }),
    changes: [{ change: { name: "Renamed" }, after: { name: "Renamed" } }],
    stay: ["rawType", "name", "description"],
    shape: ({ rawType }) => assert.equal(rawType, desk.opened().rawType),
  } satisfies CollectionCase<ItsmRecord, { rawType: string }, RecordDraft>,
  {
    name: "itsm.users",
    of: (account, raw) => account.apis(raw).itsm.users,
    query: async () => ({}),
    shape: ({ name, email }) => assert.ok(name || email),
  } satisfies CollectionCase<ItsmUser, object, object>,
];

const assertTicket = (ticket: Incident | Problem | ChangeRequest, ...named: (Ref | null)[]): void => {
  assert.ok(ticket.subject === null || ticket.subject.length > 0);
  for (const level of [ticket.impact, ticket.urgency]) assert.ok(level === null || LEVELS.has(level), `level ${level}`);
  const { priority } = ticket;
  assert.ok(priority === null || LEVELS.has(priority) || priority === "critical", `priority ${priority}`);
  assertType("user", ticket.requesterId, ticket.assigneeId);
  for (const ref of named) assert.ok(ref === null || ["change", "problem", "user"].includes(ref.type));
};

const assertType = (type: string, ...refs: (Ref | null)[]): void => {
  for (const ref of refs) assert.ok(ref === null || (ref.api === "itsm" && ref.type === type), String(ref?.type));
};
