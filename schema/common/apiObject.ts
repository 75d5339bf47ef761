import { type ClassType, ObjectType } from "type-graphql";

interface ApiObjectOptions {
  description: string;
  implements?: ClassType | ClassType[];
}

/** An object type whose plain fields cost nothing: no resolver is emitted for them. */
export const ApiObject =
  (options: ApiObjectOptions): ClassDecorator =>
  (target) =>
    ObjectType({ ...options, simpleResolvers: true })(target);
