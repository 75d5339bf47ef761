import type { Credential } from "../../../auth/credential.js";
import { ApiError } from "../../../errors.js";
import type { ConnectContext } from "../../connector.js";
import { firstPropfind, notLetIn } from "../dav/connect.js";
import { type Answer, readMultistatus, textOf } from "../dav/multistatus.js";
import { CALDAV, CALENDARS, WHERE } from "./bodies.js";
import { holdsEvents } from "./calendars.js";
import { mayLeadTo } from "./hosts.js";
import { addressIn, hrefIn, hrefsIn } from "./requests.js";

/** What an address and a credential lead to. */
export interface Home {
  /** With a slash at its end. */
  home: URL;
  /** The person's own, by which invitations are sent: of `mailto:` alone. */
  addresses: string[];
  inbox: URL | null;
  /** Who is asked when other people are taken (RFC 6638, 5). */
  outbox: URL | null;
  /** The server hands invitations and answers on by itself (RFC 6638, 2). */
  schedules: boolean;
  /** The server tells what changed (RFC 6578). */
  tellsChanges: boolean;
}

const WELL_KNOWN = "/.well-known/caldav";
const REDIRECTS = 5;

/** What a server that knows no CalDAV, or nothing at that path, may answer. */
const NOT_HERE = [400, 403, 404, 405, 406, 409, 410, 415, 422, 500, 501];

/**
 * From an address to the calendar home, as RFC 6764, 6, goes: the person's principal at the address itself or behind
 * `/.well-known/caldav`, and what the principal names. Each problem is told in one sentence.
 */
export class Discovery {
  /** Something asked in this step is there, but not for this user. */
  #isForbidden = false;

  constructor(
    private readonly context: ConnectContext,
    private readonly credential: Credential,
  ) {}

  async from(start: URL): Promise<Home> {
    const isBare = start.pathname === "/";
    const wellKnown = new URL(WELL_KNOWN, start);
    for (const address of isBare ? [wellKnown, start] : [start, wellKnown]) {
      const found = await this.#ask(address, WHERE, "0");
      if (!found) continue;
      const [answer] = found.answers;
      if (hrefIn(answer, HOME)) return this.#home(found.url, answer as Answer);
      const principal = hrefIn(answer, "DAV:current-user-principal") ?? hrefIn(answer, "DAV:principal-URL");
      if (principal !== null) return this.#principal(this.#follow(found.url, principal));
    }
    throw this.#missing("There is no CalDAV server at this address.");
  }

  async #principal(url: URL): Promise<Home> {
    this.#isForbidden = false;
    const found = await this.#ask(url, WHERE, "0");
    const [answer] = found?.answers ?? [];
    if (!found || !answer || !hrefIn(answer, HOME))
      throw this.#missing("The server knows no calendars of this user: it names no calendar home.");
    return this.#home(found.url, answer);
  }

  async #home(principal: URL, answer: Answer): Promise<Home> {
    const home = this.#follow(principal, hrefIn(answer, HOME) as string);
    home.pathname = `${home.pathname.replace(/\/+$/, "")}/`;
    this.#isForbidden = false;
    const found = await this.#ask(home, CALENDARS, "1");
    if (!found) throw this.#missing("The calendar home that the server names is not there.");
    const calendars = found.answers.filter(holdsEvents);
    // Asked with the same client, so only where the calendars are.
    const box = (name: string): URL | null => {
      const href = hrefIn(answer, CALDAV + name);
      return href === null ? null : onlyAt(found.url, new URL(href, principal));
    };
    const [inbox, outbox] = [box("schedule-inbox-URL"), box("schedule-outbox-URL")];
    return {
      home: found.url,
      addresses: addressesOf(answer),
      inbox,
      outbox,
      schedules: outbox !== null && (await this.#schedules(found.url)),
      tellsChanges: calendars.every(({ properties }) => textOf(properties, "DAV:sync-token") !== null),
    };
  }

  async #schedules({ origin, pathname }: URL): Promise<boolean> {
    const request = { method: "OPTIONS", path: pathname, accept: NOT_HERE, signal: this.context.signal };
    const { headers } = await this.context.upstream(origin, this.credential).text(request);
    return (headers.dav ?? "").split(/\s*,\s*/).includes("calendar-auto-schedule");
  }

  /** Null where nothing of the kind is at the address. */
  async #ask(start: URL, body: string, depth: "0" | "1"): Promise<{ url: URL; answers: Answer[] } | null> {
    const question = { body, depth, accept: NOT_HERE };
    let url = start;
    for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
      const { status, headers, text } = await firstPropfind(this.context, url, this.credential, question);
      if (status === 207) return { url, answers: readMultistatus(text) };
      this.#isForbidden ||= status === 403;
      if (status < 300 || status > 399 || headers.location === undefined) return null;
      url = this.#follow(url, headers.location);
    }
    throw new ApiError("invalid_parameters", "The server redirects in circles.");
  }

  #missing(message: string): ApiError {
    return this.#isForbidden ? notLetIn() : new ApiError("invalid_parameters", message);
  }

  #follow(from: URL, href: string): URL {
    const to = URL.canParse(href, from) ? new URL(href, from) : null;
    if (!to || !mayLeadTo(from, to))
      throw new ApiError(
        "invalid_parameters",
        `The server leads to another host${to?.hostname ? `, ${to.hostname}` : ""}; connect the account by its address there if you trust it.`,
      );
    to.hash = "";
    return to;
  }
}

const HOME = `${CALDAV}calendar-home-set`;

const onlyAt = (home: URL, url: URL): URL | null => (url.origin === home.origin ? url : null);

const addressesOf = (answer: Answer): string[] =>
  hrefsIn(answer, `${CALDAV}calendar-user-address-set`).flatMap((href) => addressIn(href) ?? []);
