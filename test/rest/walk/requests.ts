import type { Description, Operation, Parameter, Reference } from "../../../src/server/rest/openapi/description.js";
import type { Dice } from "./dice.js";
import type { Memory } from "./memory.js";
import { ODD_TEXTS, Values } from "./values.js";

export interface Step {
  operation: Operation;
  method: string;
  /** Below `/v1`. */
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

interface Place {
  path: string;
  method: string;
  operation: Operation;
}

/** Requests that a description allows, and many that it does not. */
export class Requests {
  readonly #places: readonly Place[];
  readonly #values: Values;
  constructor(
    readonly description: Description,
    readonly dice: Dice,
    readonly memory: Memory,
    /** Values of `authorization` that are let in. */
    readonly authorizations: readonly string[],
    /** What would end the walk. */
    readonly isSpared: (step: Step) => boolean,
  ) {
    this.#places = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => (operation ? [{ path, method, operation }] : [])),
    );
    this.#values = new Values(dice, memory, description.components.schemas);
  }

  get operations(): number {
    return this.#places.length;
  }

  next(): Step {
    const step = this.#step();
    return this.isSpared(step) ? this.next() : step;
  }

  #step(): Step {
    const { path, method, operation } = this.#place();
    const parameters = (operation.parameters ?? []).map((one) => this.#resolved(one));
    const { type, body } = this.#body(operation);
    return {
      operation,
      method: method.toUpperCase(),
      path: `${this.#path(path)}${this.#query(parameters)}`,
      headers: {
        ...(type === undefined ? {} : { "content-type": type }),
        ...this.#headers(parameters),
        ...this.#authorization(),
      },
      body,
    };
  }

  /** What is deleted cannot be walked to. */
  #place(): Place {
    const place = this.dice.pick(this.#places);
    return place.method === "delete" && this.dice.chance(0.7) ? this.#place() : place;
  }

  #resolved(parameter: Parameter | Reference): Parameter {
    if (!("$ref" in parameter)) return parameter;
    return this.description.components.parameters[
      parameter.$ref.slice(parameter.$ref.lastIndexOf("/") + 1)
    ] as Parameter;
  }

  #path(path: string): string {
    const { dice } = this;
    const seen = dice.chance(0.85) ? this.memory.place(path, dice) : [];
    let index = 0;
    return path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const known = seen[index++];
      return encodeURIComponent(known ?? (name === "account_id" ? this.#account() : this.#id(name))).replaceAll(
        "%2C",
        ",",
      );
    });
  }

  #account(): string {
    return this.dice.pick(["1", "1", "1", "1", "2", "2", "me", "1,2", "1,1", "0", "99", "1.5", this.#id()]);
  }

  #id(name = "id"): string {
    const { dice, memory } = this;
    const named = dice.chance(0.6) ? (memory.named(`${name}_id`, dice) ?? memory.named(name, dice)) : undefined;
    if (named !== undefined) return named;
    if (dice.chance(0.6) && memory.ids.length > 0) return dice.pick(memory.ids);
    return dice.chance(0.5)
      ? dice.pick(["root", "primary", "default", "trash", "me", "1"])
      : wellFormed(dice.pick(ODD_TEXTS)) || "-";
  }

  #query(parameters: readonly Parameter[]): string {
    const { dice } = this;
    const query = new URLSearchParams();
    for (const { name, in: place, required, schema = {}, style } of parameters) {
      if (place !== "query" || !dice.chance(required ? 0.95 : style ? 0.03 : 0.25)) continue;
      query.append(style ? `raw[${this.#values.text()}]` : name, wellFormed(textOf(this.#values.of(schema, name))));
      if (dice.chance(0.02)) query.append(name, "again");
    }
    const text = query.toString();
    return text === "" ? "" : `?${text}`;
  }

  #headers(parameters: readonly Parameter[]): Record<string, string> {
    const { dice } = this;
    const headers: Record<string, string> = {};
    for (const { name, in: place, required, schema, content } of parameters)
      if (place === "header" && dice.chance(required ? 0.95 : name === "X-Kloudless-Metadata" ? 0.7 : 0.06)) {
        const value = this.#values.of(schema ?? content?.["application/json"]?.schema ?? {}, name);
        headers[name] = inHeader(content ? JSON.stringify(value) : textOf(value));
      }
    if (dice.chance(0.1)) headers.accept = `application/json;indent=${dice.pick(["0", "4", "-1", "99999", "x"])}`;
    if (dice.chance(0.05))
      headers.range = dice.pick(["bytes=0-9", "bytes=-5", "bytes=9-1", "lines=1-2", "bytes=999999-"]);
    if (dice.chance(0.05)) headers["x-forwarded-host"] = inHeader(dice.pick(ODD_TEXTS));
    return headers;
  }

  #authorization(): Record<string, string> {
    const { dice } = this;
    if (dice.chance(0.95)) return { authorization: dice.pick(this.authorizations) };
    return dice.pick<Record<string, string>>([
      {},
      { authorization: "APIKey wrong" },
      { authorization: "Bearer wrong" },
      { authorization: "Basic YTpi" },
    ]);
  }

  #body({ requestBody }: Operation): { type?: string; body: Step["body"] } {
    const { dice } = this;
    if (!requestBody) return { body: undefined };
    const [type, { schema }] = dice.pick(Object.entries(requestBody.content)) as [string, { schema: object }];
    if (dice.chance(0.05))
      return {
        type: dice.pick(["text/plain", "application/xml", "multipart/form-data"]),
        body: dice.pick(["", "{", "[1", "\u0000", '"text"']),
      };
    if (type === "application/json")
      return { type, body: wellFormed(JSON.stringify(this.#values.of(schema as never))) };
    return { type, body: new Uint8Array(dice.whole(0, 2000)).fill(dice.whole(0, 255)) };
  }
}

const textOf = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
const wellFormed = (text: string): string => text.toWellFormed();
const inHeader = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 4000);
