import { Field, ID } from "type-graphql";
import type { Api, Ref } from "../../src/ids.js";
import { Account } from "./account.js";
import { ApiEnum } from "./api.js";
import { ApiObject } from "./apiObject.js";
import { RawResponse } from "./raw.js";
import { DateTime, Url } from "./scalars.js";
import { Task } from "./task.js";

@ApiObject({ description: "The account." })
export class AccountPayload {
  @Field(() => Account, { nullable: true })
  account?: Account;
}

@ApiObject({ description: "The new account and its first bearer token, told this once." })
export class ConnectAccountPayload {
  @Field(() => Account, { nullable: true })
  account?: Account;
  @Field(() => String, { nullable: true, description: "`Authorization: Bearer …` for this account alone." })
  token?: string;
}

@ApiObject({ description: "A token for a browser: it reaches the accounts of one end user, for minutes." })
export class SessionPayload {
  @Field(() => String)
  token!: string;
  @Field(() => DateTime)
  expires!: string;
}

@ApiObject({
  description: "Where a browser goes to connect an account. The first browser that opens it is the only one that may.",
})
export class StartConnectionPayload {
  @Field(() => Url)
  url!: string;
  @Field(() => DateTime)
  expires!: string;
}

@ApiObject({ description: "The task." })
export class TaskPayload {
  @Field(() => Task, { nullable: true })
  task?: Task;
}

@ApiObject({ description: "What the service answered." })
export class RawRequestPayload {
  @Field(() => RawResponse, { nullable: true })
  response?: RawResponse;
}

@ApiObject({ description: "The global id, equal to that of the object in a listing." })
export class EncodeRawIdPayload {
  @Field(() => ID, { nullable: true })
  id?: Ref;
  @Field(() => ApiEnum, { nullable: true })
  api?: Api;
  @Field(() => String, { nullable: true })
  type?: string;
}
