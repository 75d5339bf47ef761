import type { Call, Service } from "../http.js";
import { peopleOf } from "../people.js";
import type { Body, Thing } from "../shelf/shelf.js";
import { FIELDS, type ItsmType, isClosed, isTicket, type Level, priorityOf } from "./kinds.js";

/** What the desk itself says of a new record, where nobody else did. */
export const completeOf =
  (service: Service, type: ItsmType) =>
  (call: Call, given: Body): Body => {
    const blank = Object.fromEntries(Object.keys(FIELDS[type]).map((name) => [name, null]));
    const caller = peopleOf(call.account)[call.actor]?.id ?? null;
    if (isTicket(type)) {
      const { impact, urgency, priority, ...rest } = given;
      const levels = { impact: impact ?? "low", urgency: urgency ?? "low" } as { impact: Level; urgency: Level };
      const ticket = {
        ...blank,
        requester_id: caller,
        status: "New",
        active: true,
        ...OF_TYPE[type],
        ...rest,
        ...levels,
      };
      return {
        ...ticket,
        priority: priority ?? priorityOf(levels.impact, levels.urgency),
        active: ticket.active && !isClosed(ticket.status),
      };
    }
    if (type === "article") {
      const whole = { ...blank, author_id: caller, status: "draft", ...given, published: null, views: 0 };
      return { ...whole, published: whole.status === "published" ? now(service) : null };
    }
    return { ...blank, ...given };
  };

const OF_TYPE: Partial<Record<ItsmType, Body>> = {
  problem: { known_error: false },
  change: { change_type: "normal" },
};

/**
 * What follows from a change: a ticket that is closed is not active, whatever was said, and one that is opened again is, unless
 * something else was said. An article is published once.
 */
export const reviseOf =
  (service: Service, type: ItsmType) =>
  (_: Call, given: Body, { body }: Thing): Body => {
    const status = given.status ?? body.status;
    if (isTicket(type)) {
      if (isClosed(status)) return { active: false };
      return isClosed(body.status) && given.active === undefined ? { active: true } : {};
    }
    return type === "article" && status === "published" && body.published === null ? { published: now(service) } : {};
  };

const now = (service: Service): string => new Date(service.now()).toISOString();
