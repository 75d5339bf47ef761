import { Field, ID, InterfaceType } from "type-graphql";
import type { Ref } from "../../src/ids.js";

@InterfaceType({
  description: "Anything that has a global id.",
  resolveType: (value: { type: string }) => typeName(value.type),
})
export abstract class Node {
  @Field(() => ID, { description: "Global and opaque; the same id works in the REST API." })
  id!: Ref | string;
}

const NAMES: Record<string, string> = {};

/** Says which GraphQL type an object of a unified type is: each class names itself once. */
export const registerType = (type: string, name: string): void => {
  NAMES[type] = name;
};
export const typeName = (type: string): string | undefined => NAMES[type];
