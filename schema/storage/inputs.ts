import { Field, ID, InputType } from "type-graphql";
import { ByteCount, DateTime, Url } from "../common/scalars.js";

@InputType({ description: "Where a folder is made, and its name." })
export class CreateFolderInput {
  @Field(() => ID, { description: "The folder to make it in." })
  parent!: string;
  @Field(() => String)
  name!: string;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Fail with NAMING_CONFLICT when there is a folder of that name; otherwise it is given back.",
  })
  conflictIfExists!: boolean;
}

@InputType({ description: "Rename, move or both. A move to a folder of another account copies, then deletes." })
export class UpdateStorageInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => ID, { nullable: true, description: "The folder to move it to, in this or another account." })
  parent?: string | null;
  @Field(() => Boolean, { defaultValue: false, description: "Answer at once with a task." })
  async: boolean;
}

@InputType({ description: "What is copied, and where to." })
export class CopyInput {
  @Field(() => ID)
  id!: string;
  @Field(() => ID, { description: "The folder to copy into, in this or another account." })
  parent!: string;
  @Field(() => String, { nullable: true, description: "Absent: the name it has." })
  name?: string | null;
  @Field(() => Boolean, { defaultValue: false, description: "Answer at once with a task." })
  async: boolean;
}

@InputType({ description: "What is fetched, and where it is put." })
export class ImportFileInput {
  @Field(() => Url, { description: "http or https, on a public host." })
  url!: URL;
  @Field(() => ID, { description: "The folder to put it in." })
  parent!: string;
  @Field(() => String)
  name!: string;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Replace a file of that name; otherwise a free name such as `a (1).txt` is taken.",
  })
  overwrite!: boolean;
  @Field(() => Boolean, { defaultValue: false, description: "Answer at once with a task." })
  async: boolean;
}

@InputType({ description: "Where the bytes that follow are to be put." })
export class CreateUploadInput {
  @Field(() => ID, { nullable: true, description: "The folder to put it in. Either this or `account` says where to." })
  parent?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "The bytes wait here, for a day and up to 64 MiB, until `sendEmail` from this account takes them along.",
  })
  account?: string | null;
  @Field(() => String)
  name!: string;
  @Field(() => ByteCount, { nullable: true, description: "Bytes; must be said for an upload that is to be resumed." })
  size?: number | null;
  @Field(() => String, { nullable: true })
  mimeType?: string | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Replace a file of that name; otherwise a free name such as `a (1).txt` is taken.",
  })
  overwrite!: boolean;
}

@InputType({ description: "A file whose bytes go straight to its service." })
export class CreateDirectUploadInput {
  @Field(() => ID, { description: "The folder to put it in." })
  parent!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true, description: "Absent: as whoever sends the bytes says." })
  mimeType?: string | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Replace a file of that name; otherwise a name that is taken fails with NAMING_CONFLICT, and the service refuses bytes that come too late.",
  })
  overwrite!: boolean;
}

@InputType({ description: "What is deleted, and how thoroughly." })
export class DeleteInput {
  @Field(() => ID)
  id!: string;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "A folder with all it holds; otherwise only an empty one.",
  })
  recursive!: boolean;
  @Field(() => Boolean, { defaultValue: false, description: "Past the trash, where the service has one." })
  permanent!: boolean;
  @Field(() => Boolean, { defaultValue: false, description: "Answer at once with a task." })
  async: boolean;
}

@InputType({ description: "Who has the link can read the file until `expires`, with the password if one is set." })
export class CreateLinkInput {
  @Field(() => ID)
  file!: string;
  @Field(() => Boolean, { defaultValue: false, description: "The URL gives the bytes at once, not a page about them." })
  direct!: boolean;
  @Field(() => String, { nullable: true })
  password?: string | null;
  @Field(() => DateTime, { nullable: true })
  expires?: string | null;
}

@InputType({ description: "Absent fields stay; null takes a password or an end away." })
export class UpdateLinkInput {
  @Field(() => ID)
  id!: string;
  @Field(() => Boolean, { nullable: true })
  active?: boolean | null;
  @Field(() => String, { nullable: true })
  password?: string | null;
  @Field(() => DateTime, { nullable: true })
  expires?: string | null;
}

@InputType({ description: "Whom it is about: `id` as a permission told it, or `email`." })
export class PermissionInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;
  @Field(() => String, { nullable: true })
  email?: string | null;
  @Field(() => String, { nullable: true, description: "user, group, domain or anyone." })
  type?: string | null;
  @Field(() => String, { nullable: true, description: "owner, writer, reader …; null takes the permission away." })
  role?: string | null;
}

@InputType({ description: "The named permissions change, others stay." })
export class SetPermissionsInput {
  @Field(() => ID)
  id!: string;
  @Field(() => [PermissionInput])
  permissions!: PermissionInput[];
  @Field(() => Boolean, { defaultValue: false, description: "Take away every other permission but the owner's." })
  replace!: boolean;
}

@InputType({ description: "One custom property." })
export class PropertyInput {
  @Field(() => String)
  key!: string;
  @Field(() => String, { nullable: true, description: "Null deletes the property." })
  value?: string | null;
}

@InputType({ description: "The named properties change, others stay." })
export class SetPropertiesInput {
  @Field(() => ID)
  id!: string;
  @Field(() => [PropertyInput])
  properties!: PropertyInput[];
}
