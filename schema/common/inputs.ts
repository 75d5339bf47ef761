import { Field, ID, InputType, Int } from "type-graphql";
import { ApiEnum } from "./api.js";
import { Json, JsonObject } from "./scalars.js";

@InputType({ description: "Which object it is about." })
export class NodeInput {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: "`fields` as `Service.authentication` names them." })
export class ConnectAccountInput {
  @Field(() => String)
  service!: string;
  @Field(() => JsonObject, { nullable: true })
  fields?: Record<string, unknown> | null;
  @Field(() => String, { nullable: true, description: "Your own name for the person behind the account." })
  endUser?: string | null;
  @Field(() => JsonObject, { nullable: true })
  customProperties?: Record<string, unknown> | null;
}

@InputType({
  description:
    "Which account somebody is to connect in a browser. Either `service` or `scope`, or neither: any service.",
})
export class StartConnectionInput {
  @Field(() => String, { nullable: true })
  service?: string | null;
  @Field(() => String, { nullable: true, description: "storage, gdrive.calendar, all:admin …" })
  scope?: string | null;
  @Field(() => String, { nullable: true, description: "Your own name for the person behind the account." })
  endUser?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "A registered redirect URI, which is told a code in the end. Absent: the page says that it is done.",
  })
  redirectUri?: string | null;
  @Field(() => String, { nullable: true, description: "Told to `redirectUri` again." })
  state?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fills the form in; secrets are not filled in." })
  prefill?: Record<string, unknown> | null;
  @Field(() => JsonObject, { nullable: true })
  customProperties?: Record<string, unknown> | null;
}

@InputType({ description: "Absent fields stay as they are." })
export class UpdateAccountInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Boolean, { nullable: true })
  enabled?: boolean | null;
  @Field(() => JsonObject, { nullable: true })
  customProperties?: Record<string, unknown> | null;
  @Field(() => String, { nullable: true, description: "API key only." })
  endUser?: string | null;
}

@InputType({ description: "Whom the token is for, and how long." })
export class CreateSessionInput {
  @Field(() => String, { description: "Your own name for the person, as accounts carry it." })
  endUser!: string;
  @Field(() => Int, { defaultValue: 60, description: "1 to 1440." })
  minutes!: number;
}

@InputType({ description: "At most one of `json`, `text` and `base64` is the body." })
export class RawRequestInput {
  @Field(() => ID)
  account!: string;
  @Field(() => String, { description: "A path of the service, or a URL within its hosts." })
  uri!: string;
  @Field(() => String, { defaultValue: "GET" })
  method!: string;
  @Field(() => JsonObject, { nullable: true })
  headers?: Record<string, unknown> | null;
  @Field(() => Json, { nullable: true })
  json?: unknown;
  @Field(() => String, { nullable: true })
  text?: string | null;
  @Field(() => String, { nullable: true })
  base64?: string | null;
}

@InputType({
  description: "Either `rawId` as `raw.id` gave it, or `id` with what the service needs beside it (`attributes`).",
})
export class EncodeRawIdInput {
  @Field(() => ID)
  account!: string;
  @Field(() => String, { nullable: true })
  rawId?: string | null;
  @Field(() => String, { nullable: true })
  id?: string | null;
  @Field(() => ApiEnum, { defaultValue: "storage" })
  api!: "storage";
  @Field(() => String, { defaultValue: "object", description: "file, folder …; object when it is not known." })
  type!: string;
  @Field(() => JsonObject, { nullable: true })
  attributes?: Record<string, unknown> | null;
}
