import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ implements: Resource, description: "A calendar." })
export class Calendar extends Resource {
  declare api: "calendar";
  declare type: "calendar";
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => String, { nullable: true })
  location!: string | null;
  @Field(() => String, { nullable: true, description: "IANA: Europe/Berlin." })
  timeZone!: string | null;
  @Field(() => Boolean)
  primary!: boolean;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
}
registerType("calendar.calendar", "Calendar");

export const CalendarConnection = connectionOf<Calendar>("Calendar", () => Calendar);
