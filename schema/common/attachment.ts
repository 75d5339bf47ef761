import { Field, ID } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "./apiObject.js";
import { ByteCount, Url } from "./scalars.js";

@ApiObject({ description: "A file that goes with a message or an event." })
export class Attachment {
  @Field(() => ID, { nullable: true, description: "Global, as all ids are." })
  id!: Ref | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  mimeType!: string | null;
  @Field(() => ByteCount, { nullable: true, description: "Null where the service does not say." })
  size!: number | null;
  @Field(() => Boolean, { nullable: true, description: "Shown within the text, as its pictures are." })
  inline!: boolean | null;
  @Field(() => Url, {
    nullable: true,
    description: "Where the service itself shows it; null when its bytes are with us.",
  })
  url!: string | null;
  /** Not exposed: the message or event whose bytes `downloadUrl` gives. Null when the service only links to it. */
  parentId!: Ref | null;
}
