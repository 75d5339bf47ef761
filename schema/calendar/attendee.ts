import { Field, ID, registerEnumType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";

export const AttendeeStatus = {
  PENDING: "PENDING",
  ACCEPTED: "ACCEPTED",
  DECLINED: "DECLINED",
  TENTATIVE: "TENTATIVE",
  UNCONFIRMED: "UNCONFIRMED",
} as const;
registerEnumType(AttendeeStatus, { name: "AttendeeStatus", description: "What an attendee has answered." });

@ApiObject({ description: "Somebody, or something, invited to an event." })
export class Attendee {
  @Field(() => ID, { nullable: true, description: "Global, as all ids are." })
  id!: Ref | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => AttendeeStatus, { nullable: true })
  status!: keyof typeof AttendeeStatus | null;
  @Field(() => Boolean, { nullable: true, description: "False: may stay away." })
  required!: boolean | null;
  @Field(() => Boolean, { nullable: true, description: "A room, or a thing." })
  resource!: boolean | null;
}
