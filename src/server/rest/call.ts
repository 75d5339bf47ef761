import type { FastifyReply, FastifyRequest } from "fastify";
import type { Resource } from "../../../schema/common/resource.js";
import type { Api, Ref } from "../../ids.js";
import type { ConnectedAccount } from "../../unified/account.js";
import type { AccountApis } from "../../unified/categories.js";
import type { Session } from "../../unified/session.js";
import { isTrue } from "./headers.js";
import type { RestParts } from "./parts.js";
import { render } from "./render/render.js";

interface CallParts<Query, Body> {
  request: FastifyRequest;
  reply: FastifyReply;
  parts: RestParts;
  session: Session;
  accounts: readonly ConnectedAccount[];
  query: Query;
  body: Body;
  base: string;
}

/** One request of the REST API, with all that its headers and its path have said. */
export class Call<Query = Record<string, unknown>, Body = unknown> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly parts: RestParts;
  readonly session: Session;
  /** Those that the path names, in its order. */
  readonly accounts: readonly ConnectedAccount[];
  readonly query: Query;
  readonly body: Body;
  /** What the client reaches us by: `https://api.example.com`. Every `href` begins with it. */
  readonly base: string;
  /** The service's own objects are wanted beside the unified ones. */
  readonly raw: boolean;

  constructor(made: CallParts<Query, Body>) {
    this.request = made.request;
    this.reply = made.reply;
    this.parts = made.parts;
    this.session = made.session;
    this.accounts = made.accounts;
    this.query = made.query;
    this.body = made.body;
    this.base = made.base;
    this.raw = isTrue(made.request.headers["x-kloudless-raw-data"]);
  }

  /** The path's only account. */
  get account(): ConnectedAccount {
    const [account] = this.accounts;
    if (!account) throw new TypeError("this path names no account");
    return account;
  }

  /** What its account can be asked, the service's own objects beside the unified ones where they are wanted. */
  get apis(): AccountApis {
    return this.account.apis(this.raw);
  }

  /** Runs in the background where the endpoint can: 202 and a task. */
  get isAsync(): boolean {
    return isTrue(this.request.headers["x-kloudless-async"]);
  }

  param(name: string): string {
    return (this.request.params as Record<string, string>)[name] as string;
  }

  /** An id of the path, or of a body, as the account's own. */
  ref(id: string, api: Api, ...types: string[]): Ref<ConnectedAccount> {
    return this.account.own(id, api, types);
  }

  /** A unified object as the reference spells it. */
  render(object: Resource): Record<string, unknown> {
    const headers = this.raw ? object.raw?.headers : null;
    if (headers) this.reply.header("x-kloudless-raw-headers", JSON.stringify(headers));
    return render(object, this);
  }
}
