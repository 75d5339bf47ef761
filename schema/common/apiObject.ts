import { ObjectType } from "type-graphql";

type AnyClass = abstract new () => object;

interface ApiObjectOptions {
  description: string;
  implements?: AnyClass | AnyClass[];
}

/** An object type whose plain fields cost nothing: no resolver is emitted for them. */
export const ApiObject =
  (options: ApiObjectOptions): ClassDecorator =>
  (target) =>
    ObjectType({ ...options, simpleResolvers: true } as Parameters<typeof ObjectType>[0] & object)(target);
