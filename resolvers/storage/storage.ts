import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Int,
  Resolver,
  Root,
} from "type-graphql";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime, Url } from "../../schema/common/scalars.js";
import { File, FileConnection, ImageFormat } from "../../schema/storage/file.js";
import { Folder, StorageConnection } from "../../schema/storage/folder.js";
import { type Link, LinkConnection } from "../../schema/storage/link.js";
import { Permission } from "../../schema/storage/permission.js";
import { Property } from "../../schema/storage/property.js";
import { Quota } from "../../schema/storage/quota.js";
import { Storage } from "../../schema/storage/storage.js";
import { StorageResource } from "../../schema/storage/storageResource.js";
import { type Page, ROOT, type StorageItem, type StorageKey } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { toLink } from "../../src/unified/links.js";
import type { UnifiedStorage } from "../../src/unified/storage/storage.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import type { ObjectRef } from "../objectRef.js";
import { connection, PageArguments } from "../page.js";
import { selects, selectsOnly } from "../selection.js";
import { accountOf, apisOf, type CategoryRoot, follow, rootOf } from "../walk.js";

@ArgsType()
class SearchArguments extends PageArguments {
  @Field(() => String)
  query!: string;
  @Field(() => [ID], { nullable: true, description: "Folders to search in, with all below them." })
  in?: string[] | null;
}

@ArgsType()
class RecentArguments extends PageArguments {
  @Field(() => DateTime, { nullable: true, description: "Only files changed after it." })
  since?: string | null;
}

@ArgsType()
class ContentsArguments extends PageArguments {
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "The whole tree below, flat." })
  recursive!: boolean | null;
}

@Resolver(() => Account)
export class AccountStorageResolver {
  @FieldResolver(() => Storage, { nullable: true, description: "Its files and folders. Null where it has none." })
  storage(@Root() account: Account): CategoryRoot | null {
    return rootOf(accountOf(account), "storage");
  }
}

@Resolver(() => Storage)
export class StorageResolver {
  @Call()
  @FieldResolver(() => Folder, { nullable: true })
  root(@Root() { account }: CategoryRoot, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return loadFolder(context, info, account.ref("storage", "folder", ROOT));
  }

  @Call()
  @FieldResolver(() => Folder, { nullable: true })
  async folder(
    @Arg("id", () => ID, { defaultValue: ROOT }) id: string,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StorageItem> {
    return only("folder", await loadFolder(context, info, ownItem(account, id, "folder")));
  }

  @Call()
  @FieldResolver(() => File, { nullable: true })
  async file(
    @Arg("id", () => ID) id: string,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StorageItem> {
    return only("file", (await follow<StorageItem>(context, info, ownItem(account, id, "file"))) as StorageItem);
  }

  @Call()
  @FieldResolver(() => StorageResource as unknown as ClassType<StorageResource>, {
    nullable: true,
    description: "A path as a person writes it: /Reports/2024/budget.xlsx",
  })
  byPath(
    @Arg("path", () => String) path: string,
    @Root() { account }: CategoryRoot,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StorageItem> {
    return storageOf(account, info).byPath(path.startsWith("/") ? path : `/${path}`);
  }

  @Call()
  @Listed()
  @FieldResolver(() => StorageConnection, { nullable: true })
  search(
    @Args(() => SearchArguments) { query, in: folders, ...page }: SearchArguments,
    @Root() { account }: CategoryRoot,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<StorageItem>> {
    if (query.trim() === "") throw new ApiError("invalid_parameters", "`query` must not be empty.");
    const within = folders?.map((id) => ownItem(account, id, "folder").native);
    return connection(page, (paging) =>
      storageOf(account, info).search({ query, ...(within ? { in: within } : {}), ...paging }),
    );
  }

  @Call()
  @Listed()
  @FieldResolver(() => FileConnection, { nullable: true, description: "Files, newest first." })
  recent(
    @Args(() => RecentArguments) { since, ...page }: RecentArguments,
    @Root() { account }: CategoryRoot,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<StorageItem>> {
    return connection(page, (paging) => storageOf(account, info).recent({ since: since ?? undefined, ...paging }));
  }

  @Listed()
  @FieldResolver(() => LinkConnection, { nullable: true, description: "Links hosted here, newest first." })
  links(
    @Args(() => PageArguments) page: PageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() { session, urls }: Context,
  ): Promise<ConnectionOf<Link>> {
    return connection(page, async ({ cursor, limit }) => {
      const links = await session.unified.store.links.list(account.account, { after: cursor, limit: limit + 1 });
      const items = links.slice(0, limit);
      return {
        items: items.map((link) => toLink(account, link, urls.base())),
        next: links.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    });
  }

  @Call()
  @FieldResolver(() => Quota, { nullable: true })
  quota(@Root() { account }: CategoryRoot): Promise<Quota> {
    return account.storage.quota();
  }
}

@Resolver(() => StorageResource as unknown as ClassType<StorageResource>)
export class StorageResourceResolver {
  @Call()
  @FieldResolver(() => Folder, { nullable: true, description: "Null for the root folder." })
  parent(@Root() { parentId }: StorageItem, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow(context, info, parentId);
  }

  @Call()
  @FieldResolver(() => [Folder], {
    nullable: true,
    description: "From the root folder down to the parent. Null where the service does not say.",
  })
  async ancestors(@Root() item: StorageItem, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    const ancestors: StorageItem[] = [];
    for (let next = item.parentId; next; next = ancestors[0]?.parentId ?? null) {
      if (ancestors.length >= MAXIMUM_DEPTH) return null;
      ancestors.unshift((await follow<StorageItem>(context, info, next)) as StorageItem);
    }
    return ancestors;
  }

  @Call()
  @FieldResolver(() => [Permission], { nullable: true })
  permissions(@Root() { id, type }: StorageItem): Promise<Permission[]> {
    return (id as ObjectRef).scope.storage.permissions({ type, id: id.native });
  }

  @Call()
  @FieldResolver(() => [Property], { nullable: true })
  properties(@Root() { id, type }: StorageItem): Promise<Property[]> {
    return (id as ObjectRef).scope.storage.properties({ type, id: id.native });
  }
}
const MAXIMUM_DEPTH = 100;

@Resolver(() => File)
export class FileResolver {
  @FieldResolver(() => Url, {
    nullable: true,
    description: "A URL that streams the bytes; valid for minutes and for this file only. Null when there are none.",
  })
  downloadUrl(@Root() { id, name, downloadable }: File, @Ctx() { urls }: Context): string | null {
    return downloadable && (id as ObjectRef).scope.storage.can("download") ? urls.download(id, name) : null;
  }

  @FieldResolver(() => Url, {
    nullable: true,
    description: "A URL of a small picture; null where the service has none.",
  })
  thumbnailUrl(
    @Arg("size", () => Int, {
      nullable: true,
      defaultValue: 256,
      description: "Pixels of the longer side, 16 to 2048.",
    })
    asked: number | null,
    @Arg("format", () => ImageFormat, { nullable: true, defaultValue: "png" }) format: string | null,
    @Root() { id }: File,
    @Ctx() { urls }: Context,
  ): string | null {
    const size = asked ?? 256;
    if (size < 16 || size > 2048) throw new ApiError("invalid_parameters", "`size` must be from 16 to 2048 pixels.");
    return (id as ObjectRef).scope.storage.can("thumbnail") ? urls.thumbnail(id, size, format ?? "png") : null;
  }
}

@Resolver(() => Folder)
export class FolderResolver {
  @Call()
  @Listed()
  @FieldResolver(() => StorageConnection, { nullable: true })
  contents(
    @Args(() => ContentsArguments) { recursive, ...page }: ContentsArguments,
    @Root() { id }: Folder,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<StorageItem>> {
    const folder = id as ObjectRef;
    return connection(page, (paging): Promise<Page<StorageItem>> => {
      if (paging.cursor === null && !recursive)
        return loaders.contents(paging.limit, selects(info, "raw")).load(folder);
      return storageOf(folder.scope, info).list(folder.native, { ...paging, recursive: recursive ?? false });
    });
  }
}

const storageOf = (account: ConnectedAccount, info: GraphQLResolveInfo): UnifiedStorage =>
  apisOf(account, info).storage;

/** What a folder holds can be asked for by its id alone: the folder itself is read only when more of it is selected. */
const loadFolder = async (context: Context, info: GraphQLResolveInfo, ref: ObjectRef): Promise<StorageItem> =>
  ref.type === "folder" && selectsOnly(info, ref.native === ROOT ? WAYS_ON : WAYS_ON_AND_ID)
    ? ({ id: ref as Ref, api: "storage", type: "folder" } as Folder)
    : (follow(context, info, ref) as Promise<StorageItem>);

const WAYS_ON = new Set(["contents", "account", "api", "type", "__typename"]);
const WAYS_ON_AND_ID = new Set([...WAYS_ON, "id"]);

const only = (type: StorageItem["type"], item: StorageItem): StorageItem => {
  if (item.type === type) return item;
  throw new ApiError("invalid_resource_type", `This is the id of a ${item.type}, not of a ${type}.`);
};

/** An id as this account's. `root` needs no id. */
const ownItem = (account: ConnectedAccount, id: string, type: StorageKey["type"]): ObjectRef =>
  id === ROOT ? account.ref("storage", type, ROOT) : account.own(id, "storage", [type]);
