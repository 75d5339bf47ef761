import type { z } from "zod";
import type { Api } from "../../ids.js";
import type { Right } from "../../store/store.js";
import type { Call } from "./call.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** What an endpoint gives: a status with an object, nothing, or a reply whose bytes are on their way. */
export type Answer = { status: 200 | 201 | 202; body: object } | { status: 204 };

/** What `render` spells: `crm.contact`. */
export type UnifiedType = `${Exclude<Api, "meta">}.${string}`;

/** An object of a unified type, or as a schema of its own has it. */
export type Item = UnifiedType | z.ZodType;

/** For the description: an object, one of several kinds, or a list of such. `bytes`: no JSON. */
export type Described = Item | readonly Item[] | { list: readonly Item[]; style: "cursor" | "counted" } | "bytes";

/** One path and method of the REST API: routing, validation and the OpenAPI description are all made from it. */
export interface Endpoint<Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodType> {
  method: Method;
  /** Below `/v1`, as routers write it: `/accounts/:account/storage/files/:id`. */
  path: string;
  /** Other spellings of the path that clients use. */
  also?: readonly string[];
  /** What it does, in a few words. */
  title: string;
  /** What the caller must be allowed; null: nobody is asked who they are. */
  right: Right | null;
  /** The path may name several accounts, with commas between them. */
  several?: true;
  query?: Query;
  /** JSON. `bytes`: the raw stream, which nothing parses whatever its content type says. */
  body?: Body | "bytes";
  /** JSON that may come in place of bytes. The endpoint reads it by itself. */
  orJson?: z.ZodType;
  /** Headers that only this endpoint knows: text, or an object as JSON. It reads them by itself. */
  headers?: Readonly<Record<string, z.ZodType>>;
  /** Bytes of a JSON body, where it may have more than others. */
  largest?: number;
  /** Without any: it always refuses, and is not described. */
  answers: Readonly<Partial<Record<200 | 201 | 202 | 204, Described | null>>>;
  /** Any other answer may be the service's own, passed on as it came. */
  answersForService?: true;
  /** Undefined when it has sent the reply itself: to return one is to wait until it has left, for it is thenable. */
  handle(call: Call<z.output<Query>, z.output<Body>>): Promise<Answer | undefined>;
}

/** Gives a declaration the types of its own query and body. */
export const endpoint = <Query extends z.ZodObject, Body extends z.ZodType>(
  declaration: Endpoint<Query, Body>,
): Endpoint => declaration as unknown as Endpoint;
