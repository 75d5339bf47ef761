import { Field, ID } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { Raw } from "../common/raw.js";

@ApiObject({ description: "Who may do what with a file or folder." })
export class Permission {
  @Field(() => ID, {
    nullable: true,
    description: "The service's id of the user or group: the same on every file, so no key for a cache.",
  })
  id!: string | null;
  @Field(() => String, { description: "user, group, domain or anyone." })
  type!: string;
  @Field(() => String, {
    description: "owner, writer, reader; previewer, uploader, commenter where a service has them.",
  })
  role!: string;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => Raw, { nullable: true })
  raw?: Raw | null;
}
