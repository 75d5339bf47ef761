import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { StorageResource } from "./storageResource.js";

@ApiObject({ implements: StorageResource, description: "A folder in a connected account." })
export class Folder extends StorageResource {
  declare type: "folder";
  @Field(() => Boolean, { nullable: true })
  canCreateFolders!: boolean | null;
  @Field(() => Boolean, { nullable: true })
  canUploadFiles!: boolean | null;
}
registerType("storage.folder", "Folder");

export const StorageConnection = connectionOf<StorageResource>("Storage", () => StorageResource);
