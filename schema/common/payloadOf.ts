import { type ClassType, Field, ObjectType } from "type-graphql";

/** A payload that holds one object: `payloadOf("Contact", "contact", () => Contact)`. */
export const payloadOf = (name: string, field: string, type: () => ClassType<object>): ClassType<object> => {
  @ObjectType(`${name}Payload`, { simpleResolvers: true, description: "The object as it is after the change." })
  class Payload {}
  Field(type, { nullable: true })(Payload.prototype, field);
  return Payload;
};
