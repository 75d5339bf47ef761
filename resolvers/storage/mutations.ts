import { Arg, Authorized, Ctx, Mutation, Resolver } from "type-graphql";
import type { File } from "../../schema/storage/file.js";
import type { Folder } from "../../schema/storage/folder.js";
import {
  CopyInput,
  CreateDirectUploadInput,
  CreateFolderInput,
  CreateUploadInput,
  DeleteInput,
  ImportFileInput,
  SetPermissionsInput,
  SetPropertiesInput,
  UpdateStorageInput,
} from "../../schema/storage/inputs.js";
import {
  DeletePayload,
  DirectUploadPayload,
  FilePayload,
  FolderPayload,
  PermissionsPayload,
  PropertiesPayload,
  UploadPayload,
} from "../../schema/storage/payloads.js";
import type { PermissionChange, StorageItem, StorageKey } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { stageUpload } from "../../src/unified/email/staged.js";
import { deleteLink } from "../../src/unified/links.js";
import { granteeIn } from "../../src/unified/storage/grantee.js";
import { createUpload, partSize } from "../../src/unified/storage/uploads.js";
import { copyItem, deleteStorageItem, importFromUrl, moveItem, type Outcome } from "../../src/unified/storage/work.js";
import { openAccount } from "../common/account.js";
import { toTask } from "../common/task.js";
import { type Context, forgetReads } from "../context.js";
import type { ObjectRef } from "../objectRef.js";

@Resolver()
export class StorageMutations {
  @Authorized("write")
  @Mutation(() => FolderPayload, { description: "A new folder, or the one of that name." })
  async createFolder(
    @Arg("input", () => CreateFolderInput) { parent, name, conflictIfExists }: CreateFolderInput,
    @Ctx() context: Context,
  ): Promise<FolderPayload> {
    const { scope, native } = await context.session.resolveAs(parent, "storage", ["folder"]);
    const place = { parent: native, name };
    const folder = await (conflictIfExists ? scope.storage.createFolder(place) : scope.storage.ensureFolder(place));
    forgetReads(context);
    return { folder };
  }

  @Authorized("write")
  @Mutation(() => FilePayload, { description: "Renames or moves a file. Its id may change." })
  updateFile(
    @Arg("input", () => UpdateStorageInput) input: UpdateStorageInput,
    @Ctx() context: Context,
  ): Promise<FilePayload> {
    return update(context, "file", input);
  }

  @Authorized("write")
  @Mutation(() => FolderPayload, { description: "Renames or moves a folder. Its id may change." })
  updateFolder(
    @Arg("input", () => UpdateStorageInput) input: UpdateStorageInput,
    @Ctx() context: Context,
  ): Promise<FolderPayload> {
    return update(context, "folder", input);
  }

  @Authorized("write")
  @Mutation(() => FilePayload, { description: "Copies a file, within the account or to another." })
  copyFile(@Arg("input", () => CopyInput) input: CopyInput, @Ctx() context: Context): Promise<FilePayload> {
    return copy(context, "file", input);
  }

  @Authorized("write")
  @Mutation(() => FolderPayload, {
    description: "Copies a folder with all it holds, within the account or to another.",
  })
  copyFolder(@Arg("input", () => CopyInput) input: CopyInput, @Ctx() context: Context): Promise<FolderPayload> {
    return copy(context, "folder", input);
  }

  @Authorized("write")
  @Mutation(() => FilePayload, { description: "Fetches a URL into a folder." })
  async importFile(
    @Arg("input", () => ImportFileInput) { url, parent, name, overwrite, async }: ImportFileInput,
    @Ctx() context: Context,
  ): Promise<FilePayload> {
    const { scope, native } = await context.session.resolveAs(parent, "storage", ["folder"]);
    const outcome = await importFromUrl(scope, { url: String(url), parent: native, name, overwrite }, async);
    forgetReads(context);
    return payload("file", outcome);
  }

  @Authorized("write")
  @Mutation(() => UploadPayload, { description: "A URL to PUT bytes to." })
  async createUpload(
    @Arg("input", () => CreateUploadInput) { parent, account, name, size, mimeType, overwrite }: CreateUploadInput,
    @Ctx() { session, urls }: Context,
  ): Promise<UploadPayload> {
    if ((parent == null) === (account == null))
      throw new ApiError("invalid_parameters", "Give either `parent` or `account`.");
    const file = { name, size: size ?? null, mimeType: mimeType ?? null };
    const folder = parent == null ? null : await session.resolveAs(parent, "storage", ["folder"]);
    const scope = folder?.scope ?? (await openAccount({ session }, account as string));
    const upload = await (folder
      ? createUpload(scope, { ...file, parent: folder.native, overwrite })
      : stageUpload(scope, file));
    return {
      id: upload.id,
      url: urls.upload(upload.id, upload.expires),
      partSize: size == null ? null : partSize(scope, upload),
      expires: upload.expires,
    };
  }

  @Authorized("write")
  @Mutation(() => DirectUploadPayload, { description: "A URL of the service's own to send a file's bytes to." })
  async createDirectUpload(
    @Arg("input", () => CreateDirectUploadInput) { parent, name, mimeType, overwrite }: CreateDirectUploadInput,
    @Ctx() { session }: Context,
  ): Promise<DirectUploadPayload> {
    const { scope, native } = await session.resolveAs(parent, "storage", ["folder"]);
    const ifExists = overwrite ? "replace" : "fail";
    return scope.storage.uploadUrl({ parent: native, name, mimeType: mimeType ?? undefined, ifExists });
  }

  @Authorized("write")
  @Mutation(() => DeletePayload, {
    description: "Deletes anything that has an id and can be made: a file, a contact, an event …",
  })
  async delete(
    @Arg("input", () => DeleteInput) { id, recursive, permanent, async }: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const ref = await context.session.resolve(id);
    const { scope, api, type, native } = ref;
    const collection = scope.apis(false).collectionOf(api, type);
    if (collection) await collection.delete(native, { permanent });
    else if (api === "storage" && type === "link") await deleteLink(scope, native);
    else if (api === "storage") {
      const task = await deleteStorageItem(scope, { ...keyOf(ref), recursive, permanent }, async);
      if (task) return { task: toTask(scope, task) };
    } else throw new ApiError("invalid_resource_type", `This is the id of a ${type}, which cannot be deleted so.`);
    forgetReads(context);
    return { deletedId: id };
  }

  @Authorized("write")
  @Mutation(() => PermissionsPayload, { description: "Shares a file or folder, or stops sharing it." })
  async setPermissions(
    @Arg("input", () => SetPermissionsInput) { id, permissions, replace }: SetPermissionsInput,
    @Ctx() { session }: Context,
  ): Promise<PermissionsPayload> {
    const ref = await session.resolveAs(id, "storage", ["file", "folder"]);
    const changes = permissions.map(({ id: grantee, email, type, role }): PermissionChange => {
      if ((grantee == null) === (email == null) && type !== "anyone")
        throw new ApiError("invalid_parameters", "Say whom a permission is for: `id` or `email`.");
      return {
        ...(grantee == null ? {} : { id: granteeIn(ref.scope, grantee) }),
        ...(email == null ? {} : { email }),
        ...(type == null ? {} : { type }),
        role: role ?? null,
      };
    });
    return { permissions: await ref.scope.storage.setPermissions(keyOf(ref), changes, replace) };
  }

  @Authorized("write")
  @Mutation(() => PropertiesPayload, { description: "Changes the custom properties of a file or folder." })
  async setProperties(
    @Arg("input", () => SetPropertiesInput) { id, properties }: SetPropertiesInput,
    @Ctx() { session }: Context,
  ): Promise<PropertiesPayload> {
    const ref = await session.resolveAs(id, "storage", ["file", "folder"]);
    const changes = properties.map(({ key, value }) => ({ key, value: value ?? null }));
    return { properties: await ref.scope.storage.setProperties(keyOf(ref), changes) };
  }
}

const update = async (
  context: Context,
  type: StorageItem["type"],
  { id, name, parent, async }: UpdateStorageInput,
): Promise<FilePayload & FolderPayload> => {
  if (name == null && parent == null) throw new ApiError("invalid_parameters", "Give a new `name`, `parent` or both.");
  const ref = await context.session.resolveAs(id, "storage", [type]);
  const target = parent == null ? undefined : await context.session.resolveAs(parent, "storage", ["folder"]);
  const outcome = await moveItem(ref, { name: name ?? undefined, parent: target }, async);
  forgetReads(context);
  return payload(type, outcome);
};

const copy = async (
  context: Context,
  type: StorageItem["type"],
  { id, parent, name, async }: CopyInput,
): Promise<FilePayload & FolderPayload> => {
  const ref = await context.session.resolveAs(id, "storage", [type]);
  const target = await context.session.resolveAs(parent, "storage", ["folder"]);
  const outcome = await copyItem(ref, { name: name ?? undefined, parent: target }, async);
  forgetReads(context);
  return payload(type, outcome);
};

const payload = (type: StorageItem["type"], { item, task, account }: Outcome): FilePayload & FolderPayload => {
  if (task) return { task: toTask(account, task) };
  return type === "file" ? { file: item as File } : { folder: item as Folder };
};

const keyOf = ({ type, native }: ObjectRef): StorageKey => ({ type: type as StorageKey["type"], id: native });
