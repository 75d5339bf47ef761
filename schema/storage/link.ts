import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";
import { DateTime, Url } from "../common/scalars.js";

@ApiObject({ implements: Resource, description: "A link to a file, hosted here: whoever has it may read the file." })
export class Link extends Resource {
  declare api: "storage";
  declare type: "link";
  @Field(() => Url)
  url!: string;
  @Field(() => Boolean, { description: "It gives the bytes at once, not a page about them." })
  direct!: boolean;
  @Field(() => Boolean)
  hasPassword!: boolean;
  @Field(() => DateTime, { nullable: true })
  expires!: string | null;
  @Field(() => Boolean)
  active!: boolean;
  @Field(() => DateTime)
  created!: string;
  @Field(() => DateTime)
  modified!: string;
  /** Not exposed: `file` follows it. */
  fileId!: Ref;
}
registerType("storage.link", "Link");

export const LinkConnection = connectionOf<Link>("Link", () => Link);
