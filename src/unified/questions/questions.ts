import type { Event } from "../../../schema/calendar/event.js";
import type { Message } from "../../../schema/common/message.js";
import type { Resource } from "../../../schema/common/resource.js";
import type { Incident } from "../../../schema/itsm/incident.js";
import type { File } from "../../../schema/storage/file.js";
import type { ChatSearch, CrmItem, EmailQuery, EventQuery, Page, StorageItem } from "../../connectors/connector.js";
import type { Api } from "../../ids.js";
import type { ConnectedAccount } from "../account.js";
import { LISTS } from "./accounts.js";
import type { Answer } from "./answer.js";
import { type Asked, ask, type List, listOf } from "./ask.js";
import { byRank, byTime } from "./order.js";

type Told<Item> = Promise<Answer<Item, ConnectedAccount>>;

export type Found = StorageItem | CrmItem | Event | Message | Incident;

/** The categories in which one can search. */
export const SEARCHED = ["storage", "crm", "calendar", "email", "messaging", "itsm"] as const satisfies Api[];

/** Objects of every kind that fit the words; each account's categories in turn, by how well the service thinks they fit. */
export const search = (asked: Asked, query: string, apis: readonly Api[]): Told<Found> =>
  ask<Found>(JSON.stringify(["search", query, apis]), asked, byRank<Found>({ idOf }), (account) =>
    SEARCHED.filter((api) => apis.includes(api) && account.has(api)).map(
      (api): List<Found> => ({
        key: api,
        read: (within, paging) => SEARCHES[api](within, asked.raw, query, paging) as Promise<Page<Found>>,
      }),
    ),
  );

type Search = (
  account: ConnectedAccount,
  raw: boolean,
  query: string,
  paging: { cursor: string | null; limit: number },
) => Promise<Page<Resource>>;

const SEARCHES: Readonly<Record<(typeof SEARCHED)[number], Search>> = {
  storage: (account, raw, query, paging) => account.apis(raw).storage.search({ query, ...paging }),
  crm: (account, raw, query, paging) => account.apis(raw).crm.search({ query, language: "keyword", ...paging }),
  calendar: (account, raw, query, paging) =>
    account.apis(raw).calendar.events.list({ query, expand: false, ...paging }),
  email: (account, raw, query, paging) => account.apis(raw).email.messages.list({ query, ...paging }),
  messaging: (account, raw, query, paging) => account.apis(raw).messaging.search({ query, ...paging }),
  itsm: (account, raw, query, paging) => account.apis(raw).itsm.incidents.list({ query, ...paging }),
};

/** Files: the newest first, or those that fit the words as the services rank them. */
export const files = (asked: Asked, query: string | null, since: string | null): Told<File> => {
  const question = JSON.stringify(["files", query, since]);
  const list = (read: List<File>["read"]) => () => [{ key: "files", read }];
  if (query === null)
    return ask(
      question,
      asked,
      byTime<File>({ timeOf: ({ modified }) => momentOf(modified), idOf, direction: "descending" }),
      list((account, paging) => account.apis(asked.raw).storage.recent({ since: since ?? undefined, ...paging })),
    );
  return ask(
    question,
    asked,
    byRank<File>({ idOf }),
    list(async (account, paging) => {
      const page = await account.apis(asked.raw).storage.search({ query, ...paging });
      const fits = (item: StorageItem): item is File =>
        item.type === "file" && (since === null || Date.parse(item.modified ?? "") > Date.parse(since));
      return { items: page.items.filter(fits), next: page.next };
    }),
  );
};

/**
 * Files that may be read by this address beside the account itself, newest first. A service that lets nobody else in shares nothing;
 * one that does and cannot be asked for it fails.
 */
export const sharedFiles = (asked: Asked, email: string): Told<File> =>
  ask(
    JSON.stringify(["shared", email]),
    asked,
    byTime<File>({ timeOf: ({ modified }) => momentOf(modified), idOf, direction: "descending" }),
    (account) =>
      account.storage.can("permissions") || account.storage.can("sharedWith")
        ? [{ key: "files", read: (within, paging) => within.apis(asked.raw).storage.sharedWith({ email, ...paging }) }]
        : [],
  );

/** Events of a span of time, by their start, of all calendars. */
export const agenda = (asked: Asked, query: Omit<EventQuery, "calendar" | "expand">): Told<Event> => {
  const list = (calendar?: string): List<Event> =>
    listOf(
      calendar === undefined ? "calendar" : `calendar ${calendar}`,
      (account) => account.apis(asked.raw).calendar.events,
      { ...query, ...(calendar === undefined ? {} : { calendar }), expand: true },
    );
  return ask(
    JSON.stringify(["agenda", query]),
    asked,
    byTime<Event>({ timeOf: ({ start }) => momentOf(start), idOf, direction: "ascending" }),
    async (account) => {
      if (account.connector.calendar?.everywhere) return [list()];
      const { items } = await account.apis(false).calendar.calendars.list({ cursor: null, limit: LISTS });
      return items.map(({ id }) => list(id.native));
    },
  );
};

/** Mails and chat messages, newest first. That something is unread only mail says. */
export const inbox = (
  asked: Asked,
  { unread, ...query }: Pick<EmailQuery, "query" | "participant" | "unread"> & Pick<ChatSearch, "since" | "until">,
): Told<Message> => {
  const mail: List<Message> = listOf("email", (account) => account.apis(asked.raw).email.messages, {
    ...query,
    ...(unread ? { unread } : {}),
  });
  const chat: List<Message> = {
    key: "messaging",
    read: (account, paging) => account.apis(asked.raw).messaging.search({ ...query, ...paging }),
  };
  /** Without a search of the service's own, its conversations one by one. */
  const conversations = async (account: ConnectedAccount): Promise<List<Message>[]> => {
    const { items } = await account.apis(false).messaging.conversations.list({ cursor: null, limit: LISTS });
    return items.map(({ id }) => ({
      key: `conversation ${id.native}`,
      read: (within, paging) => within.apis(asked.raw).messaging.messages.list({ conversation: id.native, ...paging }),
    }));
  };
  return ask(
    JSON.stringify(["inbox", query, unread ?? false]),
    asked,
    byTime<Message>({ timeOf: ({ created }) => momentOf(created), idOf, direction: "descending" }),
    async (account) => {
      const { messaging } = account.apis(false);
      const isPlain = query.query === undefined && query.participant === undefined;
      const chats =
        unread || !account.has("messaging")
          ? []
          : messaging.can("search") || !isPlain
            ? [chat]
            : await conversations(account);
      return [...(account.has("email") ? [mail] : []), ...chats];
    },
  );
};

/** Types count their ids apart. */
const idOf = ({ type, id }: Resource): string => `${type} ${id.native}`;

const momentOf = (time: string | null): number | null => (time === null ? null : Date.parse(time));
