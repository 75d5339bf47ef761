import type { Call, Service } from "../http.js";
import { peopleOf } from "../people.js";
import { type Kind, Shelf } from "../shelf/shelf.js";

/** An entry of the trail, but for its id. */
export interface Entry extends Record<string, unknown> {
  timestamp: string;
  /** `user.login`, `itsm.incident.update` … */
  event_type: string;
  category: "authentication" | "configuration" | "data";
  status: "success" | "failure";
  actor: { id: string; name: string; email: string | null; type: "user" | "service" };
  /** Of the ranges that documentation may use (RFC 5737, RFC 3849). */
  ip: string;
  user_agent: string | null;
  region: string | null;
  source: string;
  /** `type` is `crm.contact`, `itsm.incident` … for what lives in this service. */
  resources: { id: string; name: string | null; type: string }[];
  description: string | null;
}

/** Entries of each account: the oldest give way. */
const MOST = 50_000;

export const TRAIL: Kind<Entry> = {
  name: "audit.audit_event",
  prefix: "aud",
  quiet: true,
  most: MOST,
  descending: true,
  at: ({ timestamp }) => timestamp,
  *keys({ actor, event_type, resources }) {
    yield ["user_id", actor.id];
    yield ["event_type", event_type];
    for (const { id } of resources) yield ["resource_id", id];
  },
  words: () => "",
};

/** Where the requests of this process come from. */
const HERE = "192.0.2.1";

/** Writes down who did something: `itsm.incident.create`. Within the transaction in which it is done. */
export const note = (service: Service, call: Call, event_type: string, id: string): void => {
  const { account, actor, request } = call;
  const person = peopleOf(account)[actor];
  if (!person) return;
  const type = event_type.slice(0, event_type.lastIndexOf("."));
  new Shelf(service, call, TRAIL).create({
    timestamp: new Date(service.now()).toISOString(),
    event_type,
    category: "data",
    status: "success",
    actor: { ...person, type: "user" },
    ip: HERE,
    user_agent: request.headers["user-agent"]?.slice(0, 500) ?? null,
    region: null,
    source: type.slice(0, type.indexOf(".")),
    resources: [{ id, name: null, type }],
    description: null,
  });
};
