import type { Person } from "../../../schema/common/person.js";
import type { Raw } from "../../../schema/common/raw.js";
import type { Api, Ref } from "../../ids.js";
import { type Context, type Page, personRef } from "../connector.js";
import type { WireList, WirePerson, WireRaw } from "./wire.js";

type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;
type Named<Wire> = { [Name in keyof Wire as Camel<Name & string>]: Wire[Name] };

/** The reference's attributes are those of the graph in snake case, but for the exceptions that each map takes out first. */
export const named = <Wire extends object>(wire: Wire): Named<Wire> =>
  Object.fromEntries(Object.entries(wire).map(([name, value]) => [camel(name), value])) as Named<Wire>;

/** `mime_type` → `mimeType` */
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What every object begins with; its native id is the far server's own id. */
export const common = <Type extends string, Of extends Api>(
  context: Context,
  api: Of,
  type: Type,
  { id, raw }: { id: string; raw?: WireRaw },
) => ({ id: context.ref(type, id, api), api, type, raw: toRaw(context, raw) });

/** Null where the far server has none; undefined where it was not asked for. */
export const toRaw = ({ raw: asked }: Context, raw: WireRaw): Raw | null | undefined =>
  asked ? (raw ? { id: raw.id, type: raw.type, object: raw.object, headers: null } : null) : undefined;

export const refOf = (context: Context, type: string, id: string | null, api?: Api): Ref | null =>
  id === null ? null : context.ref(type, id, api);

/** A person of whom nothing is known is null. */
export const toPerson = (context: Context, person: WirePerson): Person | null =>
  person === null || (person.id === null && person.name === null && person.email === null)
    ? null
    : { ...person, id: person.id === null ? null : personRef(context, person.id) };

export const toPage = <Wire, Item>(
  { objects, next_page, total }: WireList<Wire>,
  toItem: (wire: Wire) => Item,
): Page<Item> => ({
  items: objects.map(toItem),
  next: next_page == null ? null : String(next_page),
  ...(total == null ? {} : { total }),
});

/** Every attribute of a draft under the reference's name for it; the service's own fields beside them. */
export const toBody = ({ raw, ...draft }: object & { raw?: object }, names: Readonly<Record<string, string>> = {}) => ({
  ...Object.fromEntries(Object.entries(draft).map(([name, value]) => [names[name] ?? snake(name), value])),
  ...(raw ? { raw: { object: raw } } : {}),
});

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
