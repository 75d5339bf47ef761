import { z } from "zod";
import { ROOT, type StorageItem, type StorageKey } from "../../../../connectors/connector.js";
import { ApiError } from "../../../../errors.js";
import type { Ref } from "../../../../ids.js";
import type { ConnectedAccount } from "../../../../unified/account.js";
import { createLink, toLink } from "../../../../unified/links.js";
import { ancestorsOf } from "../../../../unified/storage/ancestors.js";
import { copyItem, deleteStorageItem, moveItem, type Outcome } from "../../../../unified/storage/work.js";
import { created, noContent, ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { type Answer, type Endpoint, endpoint } from "../../endpoint.js";
import { flag, numeric, text } from "../../parameters.js";
import { accepted, taskSchema } from "../../tasks.js";
import { linkBody } from "./links.js";

type Kind = "file" | "folder";
const TYPES: readonly Kind[] = ["file", "folder"];

const pathOf = (type: Kind): string => `/accounts/:account/storage/${type}s/:id`;

/** An id of the path: `root` needs none. */
export const itemOf = (call: Pick<Call, "account" | "param">, type: Kind): Ref<ConnectedAccount> =>
  refOf(call.account, call.param("id"), type);
const refOf = (account: ConnectedAccount, id: string, type: Kind): Ref<ConnectedAccount> =>
  type === "folder" && id === ROOT ? account.ref("storage", "folder", ROOT) : account.own(id, "storage", [type]);

/** A folder that a body names. */
export const parentOf = (account: ConnectedAccount, id: string): Ref<ConnectedAccount> => {
  try {
    return refOf(account, id, "folder");
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "invalid_resource_type") throw error;
    throw new ApiError("invalid_parent_folder", error.message);
  }
};

export const keyOf = ({ type, native }: Ref): StorageKey => ({ type: type as Kind, id: native });

/** Anything that is not there, or of another kind, is refused. */
export const readItem = async (call: Pick<Call, "account" | "param" | "apis">, type: Kind): Promise<StorageItem> => {
  const item = await call.apis.storage.get(keyOf(itemOf(call, type)));
  if (item.type === type) return item;
  throw new ApiError("invalid_resource_type", `This id is of the type ${item.type}, not of the type ${type}.`);
};

const notRoot = (ref: Ref): void => {
  if (ref.native === ROOT) throw new ApiError("bad_request", "The root folder cannot be renamed, moved or deleted.");
};

const outcome = (call: Call<never, unknown>, { item, task }: Outcome, status: 200 | 201): Answer => {
  if (task) return accepted(task);
  return { status, body: call.render(item as StorageItem) };
};

/** Another account of the application, as an integer, to move or copy to. */
const place = {
  parent_id: text.optional().describe("A folder's id, or `root`."),
  name: text.optional(),
  account: numeric.optional().describe("Number of another account, in which `parent_id` lies."),
};

const targetOf = async (
  { account, session }: Pick<Call, "account" | "session">,
  { parent_id, account: other }: { parent_id?: string | undefined; account?: number | undefined },
) => {
  const target = other === undefined || other === account.account ? account : await session.account(other);
  if (parent_id !== undefined) return parentOf(target, parent_id);
  return target === account ? undefined : parentOf(target, ROOT);
};

const ofType = (type: Kind): Endpoint[] => {
  const path = pathOf(type);
  const object = `storage.${type}` as const;
  return [
    endpoint({
      method: "GET",
      path,
      title: `Reads a ${type}'s metadata, with the folders that it lies in.`,
      right: "read",
      answers: { 200: object },
      async handle(call) {
        const item = await readItem(call, type);
        const ancestors = await ancestorsOf(call.account.storage, item);
        const parent = ancestors?.at(-1);
        return ok({
          ...call.render(item),
          ancestors: ancestors?.map(({ id, name }) => ({ id: String(id), name })) ?? null,
          parent: parent ? { id: String(parent.id), name: parent.name, type: "folder" } : null,
        });
      },
    }),
    endpoint({
      method: "PATCH",
      path,
      title: `Renames or moves a ${type}, also to another account.`,
      right: "write",
      body: z.object(place),
      answers: { 200: object, 202: taskSchema },
      async handle(call) {
        const item = itemOf(call, type);
        notRoot(item);
        const { name } = call.body;
        const parent = await targetOf(call, call.body);
        if (name === undefined && !parent)
          throw new ApiError("invalid_parameters", "Give a new `name`, `parent_id` or both.");
        return outcome(call as never, await moveItem(item, { name, parent }, call.isAsync), 200);
      },
    }),
    endpoint({
      method: "POST",
      path: `${path}/copy`,
      title: `Copies a ${type}${type === "folder" ? " with all it holds" : ""}, within the account or to another.`,
      right: "write",
      query: z.object({
        return_type: text.optional().describe("`task`: 202 and a task at once."),
        link: flag.default(false).describe("With a link to the copy."),
        link_options: text.optional().describe("The body of a new link, as JSON."),
      }),
      body: z.object({ ...place, account: z.union([numeric, z.literal("upload_location")]).optional() }),
      answers: { 201: [object, withLink], 202: taskSchema },
      async handle(call) {
        const { account: to, name, parent_id } = call.body;
        if (to === "upload_location")
          throw new ApiError("not_implemented", "Applications have no upload location here; name an account.");
        const parent = await targetOf(call, { parent_id, account: to });
        if (!parent) throw new ApiError("invalid_parameters", "`parent_id` is missing: the folder to copy to.");
        const background = call.isAsync || call.query.return_type === "task";
        const copied = await copyItem(itemOf(call, type), { name, parent }, background);
        if (copied.task || !call.query.link) return outcome(call as never, copied, 201);
        return created({
          ...call.render(copied.item as StorageItem),
          link: await linkTo(call, copied.item as StorageItem, call.query.link_options),
        });
      },
    }),
  ];
};

/** Asked for with `link`. */
const withLink = z
  .looseObject({ id: text, link: text })
  .meta({ id: "CopyWithLink", description: "The copy, with the address of a link to it." });

const linkTo = async (
  { base }: Pick<Call, "base">,
  { id }: StorageItem,
  options: string | undefined,
): Promise<string> => {
  const given = linkBody.safeParse(options === undefined ? {} : jsonOf(options));
  if (!given.success) throw new ApiError("invalid_parameters", "`link_options` is not the body of a link.");
  const account = id.scope as ConnectedAccount;
  return toLink(account, await createLink(account, { ...given.data, file: id.native }), base).url;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Files and folders alike. Source: the unified API, "File endpoints" and "Folder endpoints". */
export const items: readonly Endpoint[] = [
  ...TYPES.flatMap(ofType),
  endpoint({
    method: "DELETE",
    path: pathOf("file"),
    title: "Deletes a file.",
    right: "write",
    query: z.object({ permanent: flag.default(false).describe("Passes the trash by, where there is one.") }),
    answers: { 204: null },
    async handle(call) {
      const { permanent } = call.query;
      await deleteStorageItem(call.account, { ...keyOf(itemOf(call, "file")), recursive: false, permanent }, false);
      return noContent;
    },
  }),
  endpoint({
    method: "DELETE",
    path: pathOf("folder"),
    title: "Deletes a folder.",
    right: "write",
    query: z.object({
      recursive: flag.default(false).describe("With all it holds."),
      permanent: flag.default(false),
    }),
    answers: { 204: null, 202: taskSchema },
    async handle(call) {
      const item = itemOf(call, "folder");
      notRoot(item);
      const task = await deleteStorageItem(call.account, { ...keyOf(item), ...call.query }, call.isAsync);
      return task ? accepted(task) : noContent;
    },
  }),
];
