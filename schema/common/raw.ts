import { Field, ID, InputType, Int } from "type-graphql";
import { ApiObject } from "./apiObject.js";
import { Json, JsonObject } from "./scalars.js";

@ApiObject({ description: "The service's data, untouched." })
export class Raw {
  @Field(() => String, { nullable: true, description: "The service's own id." })
  id!: string | null;
  @Field(() => String, { nullable: true, description: "The service's own type of the object." })
  type!: string | null;
  @Field(() => Json, { nullable: true })
  object!: unknown;
  @Field(() => JsonObject, {
    nullable: true,
    description: "Headers of the service's answer, where they say something.",
  })
  headers!: Record<string, unknown> | null;
}

@ApiObject({ description: "The service's answer to a pass-through request: its status and body unchanged." })
export class RawResponse {
  @Field(() => Int)
  status!: number;
  @Field(() => JsonObject)
  headers!: Record<string, string>;
  @Field(() => Json, { nullable: true, description: "The body, when it is JSON." })
  json!: unknown;
  @Field(() => String, { nullable: true, description: "The body, when it is text." })
  text!: string | null;
  @Field(() => String, { nullable: true, description: "The body, when it is neither." })
  base64!: string | null;
}

@InputType({ description: "Extra options for the service's requests, for everything selected below an account." })
export class AccountOptions {
  @Field(() => JsonObject, { nullable: true, description: "Added to the query of each request." })
  rawQuery?: Record<string, unknown>;
  @Field(() => JsonObject, { nullable: true, description: "Added to the headers of each request." })
  rawHeaders?: Record<string, unknown>;
  @Field(() => ID, {
    nullable: true,
    description: "Act as this user of the account's organisation: a global id, or the service's own.",
  })
  asUser?: string;
}
