import { ApiError, type ErrorCode } from "../../../errors.js";
import type { Explanation } from "../../../upstream/upstream.js";
import type { ConnectContext, Connection, Connector, Settings } from "../../connector.js";
import { events } from "./changes.js";
import { Discovery } from "./discover.js";
import { calendar } from "./operations.js";

/** What all connectors of the protocol declare alike. */
export const declared: Pick<
  Connector,
  "category" | "origin" | "explain" | "offers" | "also" | "raw" | "calendar" | "events"
> = {
  category: "calendar",
  origin: ({ home }) => new URL(String(home)).origin,

  /** Preconditions that a refusal names in its body: RFC 4791, 5.3; RFC 6578, 3.2; RFC 3744, 7.1.1; RFC 6638, 4.3. */
  explain: (status, body) => {
    if (status < 400 || typeof body !== "string") return undefined;
    return REASONS.find(([pattern]) => pattern.test(body))?.[1];
  },

  offers: ({ tellsChanges }: Settings) => (tellsChanges === false ? ["calendar"] : ["calendar", "events"]),

  /** Invitations, answers and cancellations reach the others; other people's busy times can be asked. */
  also: ({ schedules, outbox }: Settings) => [
    ...(schedules === true ? ["calendar.invitations"] : []),
    ...(typeof outbox === "string" ? ["calendar.busy.people"] : []),
  ],

  raw: {
    methods: [
      ...["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCOL", "MKCALENDAR", "REPORT"],
      ...["COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH"],
    ],
  },
  calendar,
  events,
};

const REASONS: readonly (readonly [RegExp, ErrorCode | Explanation])[] = [
  [/\bno-uid-conflict\b/, "data_conflict"],
  [/\bresource-must-be-null\b/, "data_conflict"],
  [
    /\b(valid-calendar-data|valid-calendar-object-resource|supported-calendar-(component|data))\b/,
    "invalid_parameters",
  ],
  [/\bmax-(resource-size|instances|attendees-per-instance)\b/, "entity_too_large"],
  [/\bquota-not-exceeded\b/, "insufficient_storage"],
  [
    /\bdefault-calendar-needed\b/,
    { code: "service_forbidden", message: "The calendar into which invitations are put cannot be deleted." },
  ],
];

/** Finds the account's calendars and keeps where they are. */
export const connectAt = async (
  context: ConnectContext,
  address: string,
  { username, password }: { username: string; password: string },
): Promise<Connection> => {
  const start = toUrl(address);
  const credential = { scheme: "password", username, password } as const;
  const { home, addresses, inbox, outbox, ...traits } = await new Discovery(context, credential).from(start);
  const own = addresses.length === 0 && username.includes("@") ? [username] : addresses;
  return {
    name: `${username} @ ${start.host}`,
    settings: {
      home: home.href,
      addresses: own.join("\n"),
      inbox: inbox?.href ?? null,
      outbox: outbox?.href ?? null,
      ...traits,
    },
    credential,
  };
};

/** A URL, a host, or an e-mail address, whose domain it is. */
const toUrl = (text: string): URL => {
  const address = text.trim();
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address.replace(/^[^/@]*@/, "")}`;
  const url = URL.canParse(written) ? new URL(written) : null;
  if (!url || !/^https?:$/.test(url.protocol) || /\s/.test(address))
    throw new ApiError(
      "invalid_parameters",
      "The address must be a URL of https:// or http://, a host, or an e-mail address.",
    );
  if (url.username || url.password || url.search || url.hash)
    throw new ApiError("invalid_parameters", "The address must not hold a user name, a password, `?` or `#`.");
  return url;
};
