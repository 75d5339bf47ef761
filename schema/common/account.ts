import { Field, Int } from "type-graphql";
import type { Api, Ref } from "../../src/ids.js";
import { ApiEnum } from "./api.js";
import { ApiObject } from "./apiObject.js";
import { registerType } from "./node.js";
import { connectionOf } from "./page.js";
import { Resource } from "./resource.js";
import { DateTime, JsonObject } from "./scalars.js";

@ApiObject({ implements: Resource, description: "A user's connection to a service." })
export class Account extends Resource {
  declare id: Ref;
  declare api: "meta";
  declare type: "account";
  @Field(() => Int, { description: "The number by which the REST API knows this account." })
  number!: number;
  @Field(() => String, { description: "How to show the account to a person; usually an e-mail address." })
  name!: string;
  @Field(() => [ApiEnum])
  apis!: Api[];
  @Field(() => [String], { description: "Operations that this account can really do, e.g. storage.files.copy." })
  capabilities!: string[];
  @Field(() => Boolean, { description: "Its credential works, as far as anybody knows." })
  active!: boolean;
  @Field(() => Boolean, { description: "Not switched off by the application." })
  enabled!: boolean;
  @Field(() => Boolean, { description: "An administrator's connection." })
  admin!: boolean;
  @Field(() => String, { nullable: true, description: "The scope that the user granted." })
  scope!: string | null;
  @Field(() => JsonObject)
  customProperties!: Record<string, unknown>;
  @Field(() => String, {
    nullable: true,
    description: "The company's own name for the person behind this account; session tokens are made for it.",
  })
  endUser!: string | null;
  @Field(() => DateTime)
  created!: string;
  @Field(() => DateTime)
  modified!: string;
}
registerType("meta.account", "Account");

export const AccountConnection = connectionOf<Account>("Account", () => Account);

@ApiObject({ description: "Requests left, and when more come, as the account's service last told." })
export class RateLimit {
  @Field(() => Int, { nullable: true })
  limit!: number | null;
  @Field(() => Int, { nullable: true })
  remaining!: number | null;
  @Field(() => DateTime, { nullable: true })
  resets!: string | null;
  @Field(() => Int, { description: "Our own requests that wait for their turn." })
  queued!: number;
}
