import { Field } from "type-graphql";
import type { Api } from "../../src/ids.js";
import { ApiEnum } from "./api.js";
import { ApiObject } from "./apiObject.js";
import { Node, registerType } from "./node.js";
import { Url } from "./scalars.js";

@ApiObject({ description: "One thing to ask of a user who connects an account." })
export class CredentialField {
  @Field(() => String)
  name!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Boolean)
  secret!: boolean;
  @Field(() => Boolean)
  required!: boolean;
  @Field(() => String, { nullable: true })
  hint!: string | null;
}

@ApiObject({ description: "How an account is connected: OAuth, or a form with these fields." })
export class Authentication {
  @Field(() => String, { description: "oauth2, credentials or none." })
  scheme!: string;
  @Field(() => [CredentialField])
  fields!: CredentialField[];
}

@ApiObject({ implements: Node, description: "A third-party product that accounts can be connected to." })
export class Service extends Node {
  declare id: string;
  api!: "meta";
  type!: "service";
  @Field(() => String, { description: "Identifier: gdrive, salesforce, webdav …" })
  name!: string;
  @Field(() => String)
  title!: string;
  @Field(() => String)
  category!: string;
  @Field(() => [ApiEnum])
  apis!: Api[];
  @Field(() => [String])
  capabilities!: string[];
  @Field(() => Url, { nullable: true })
  logo!: string | null;
  @Field(() => Authentication)
  authentication!: Authentication;
}
registerType("meta.service", "Service");
