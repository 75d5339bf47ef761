import { Field, ID } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { ByteCount, DateTime, JsonObject, Url } from "../common/scalars.js";
import { Task } from "../common/task.js";
import { File } from "./file.js";
import { Folder } from "./folder.js";
import { Link } from "./link.js";
import { Permission } from "./permission.js";
import { Property } from "./property.js";

@ApiObject({ description: "The folder, or the task that will give it." })
export class FolderPayload {
  @Field(() => Folder, { nullable: true })
  folder?: Folder;
  @Field(() => Task, { nullable: true })
  task?: Task;
}

@ApiObject({ description: "The file, or the task that will give it." })
export class FilePayload {
  @Field(() => File, { nullable: true })
  file?: File;
  @Field(() => Task, { nullable: true })
  task?: Task;
}

@ApiObject({ description: "Where to PUT the bytes." })
export class UploadPayload {
  @Field(() => ID, { description: "Names the upload in errors and logs, and in `sendEmail` when its bytes wait here." })
  id!: string;
  @Field(() => Url, {
    description:
      "PUT all bytes at once; or in turns with `Content-Range: bytes 0-1048575/4194304`, asking how far it got with `Content-Range: bytes */4194304`.",
  })
  url!: string;
  @Field(() => ByteCount, { nullable: true, description: "Each turn but the last must be a multiple of it." })
  partSize!: number | null;
  @Field(() => DateTime)
  expires!: string;
}

@ApiObject({
  description:
    "One request that sends the bytes to the service itself. Whoever knows the URL can send it: keep it secret.",
})
export class DirectUploadPayload {
  @Field(() => Url)
  url!: string;
  @Field(() => String)
  method!: string;
  @Field(() => JsonObject, { description: "All of them must be sent, as they are." })
  headers!: Readonly<Record<string, string>>;
  @Field(() => DateTime)
  expires!: string;
}

@ApiObject({ description: "What was deleted, or the task that does it." })
export class DeletePayload {
  @Field(() => ID, { nullable: true })
  deletedId?: string;
  @Field(() => Task, { nullable: true })
  task?: Task;
}

@ApiObject({ description: "The link." })
export class LinkPayload {
  @Field(() => Link, { nullable: true })
  link?: Link;
}

@ApiObject({ description: "All permissions after the change." })
export class PermissionsPayload {
  @Field(() => [Permission], { nullable: true })
  permissions?: Permission[];
}

@ApiObject({ description: "All properties after the change." })
export class PropertiesPayload {
  @Field(() => [Property], { nullable: true })
  properties?: Property[];
}
