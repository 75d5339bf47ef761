import { Field, registerEnumType } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { ByteCount } from "../common/scalars.js";
import { StorageResource } from "./storageResource.js";

@ApiObject({ implements: StorageResource, description: "A file in a connected account." })
export class File extends StorageResource {
  declare type: "file";
  @Field(() => ByteCount, { nullable: true, description: "Null where the service does not say (native documents)." })
  size!: number | null;
  @Field(() => String, { nullable: true })
  mimeType!: string | null;
  @Field(() => Boolean, { description: "False for what has no bytes of its own, such as native documents." })
  downloadable!: boolean;
  @Field(() => Person, { nullable: true })
  creator!: Person | null;
  @Field(() => Person, { nullable: true })
  lastModifier!: Person | null;
}
registerType("storage.file", "File");

export const FileConnection = connectionOf<File>("File", () => File);

export const ImageFormat = { PNG: "png", JPEG: "jpeg" } as const;
registerEnumType(ImageFormat, { name: "ImageFormat", description: "How a thumbnail is encoded." });
