import { Field, ID, InterfaceType } from "type-graphql";
import type { Api, Ref } from "../../src/ids.js";

/** What says which type an object is: `message` is one thing in mail and another in chat. */
interface Typed {
  api: Api;
  type: string;
}

@InterfaceType({
  description: "Anything that has a global id.",
  resolveType: (value: Typed) => typeName(value),
})
export abstract class Node {
  @Field(() => ID, { description: "Global and opaque; the same id works in the REST API." })
  id!: Ref | string;
}

const NAMES: Record<string, string> = {};

/** Says which GraphQL type an object of a unified type is: each class names itself once, as in `crm.contact`. */
export const registerType = (type: `${Api}.${string}`, name: string): void => {
  NAMES[type] = name;
};
/** The other way: `crm.contact` of `Contact`; undefined of what is no unified type. */
export const unifiedType = (name: string): `${Api}.${string}` | undefined =>
  (Object.keys(NAMES) as `${Api}.${string}`[]).find((type) => NAMES[type] === name);
export const typeName = ({ api, type }: Typed): string | undefined => NAMES[`${api}.${type}`];
