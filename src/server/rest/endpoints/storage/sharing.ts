import { z } from "zod";
import type { Permission } from "../../../../../schema/storage/permission.js";
import type { Property } from "../../../../../schema/storage/property.js";
import type { PermissionChange } from "../../../../connectors/connector.js";
import { ApiError } from "../../../../errors.js";
import type { ConnectedAccount } from "../../../../unified/account.js";
import { granteeIn } from "../../../../unified/storage/grantee.js";
import { noContent, ok } from "../../answers.js";
import { type Answer, type Endpoint, endpoint } from "../../endpoint.js";
import { text } from "../../parameters.js";
import { itemOf, keyOf } from "./items.js";

const permission = z.object({
  id: text.optional(),
  email: text.optional(),
  type: text.optional().describe("user, group, domain or anyone."),
  role: text.nullable().describe("owner, writer, reader …; null takes it away."),
});
/** A list; the oldest clients send a map of addresses to roles. */
const permissions = z.union([
  z.array(permission),
  z
    .record(z.string(), text.nullable())
    .transform((roles) => Object.entries(roles).map(([email, role]) => ({ email, role }))),
]);

const permissionList = z.object({
  permissions: z.array(permission.extend({ name: text.nullable(), email: text.nullable() })),
  type: z.literal("permission_list"),
  api: z.literal("storage"),
});

const answer = (permissions: readonly Permission[]): Answer =>
  ok({
    permissions: permissions.map(({ id, role, email, name, type }) => ({
      id: id && String(id),
      role,
      email,
      name,
      type,
    })),
    type: "permission_list",
    api: "storage",
  });

const toChange =
  (account: ConnectedAccount) =>
  ({ id, email, type, role }: z.output<typeof permission>): PermissionChange => {
    if ((id === undefined) === (email === undefined) && type !== "anyone")
      throw new ApiError("invalid_parameters", "Say whom a permission is for: `id` or `email`.");
    return {
      ...(id === undefined ? {} : { id: granteeIn(account, id) }),
      ...(email === undefined ? {} : { email }),
      ...(type === undefined ? {} : { type }),
      role,
    };
  };

const ofPermissions = (type: "file" | "folder"): Endpoint[] => {
  const path = `/accounts/:account/storage/${type}s/:id/permissions`;
  const changing = (method: "PUT" | "PATCH", title: string): Endpoint =>
    endpoint({
      method,
      path,
      title,
      right: "write",
      body: permissions,
      answers: { 200: permissionList },
      handle: async (call) =>
        answer(
          await call.account.storage.setPermissions(
            keyOf(itemOf(call, type)),
            call.body.map(toChange(call.account)),
            method === "PUT",
          ),
        ),
    });
  return [
    endpoint({
      method: "GET",
      path,
      title: `Who may do what with a ${type}.`,
      right: "read",
      answers: { 200: permissionList },
      handle: async (call) => answer(await call.account.storage.permissions(keyOf(itemOf(call, type)))),
    }),
    changing("PUT", `Replaces all permissions of a ${type} but the owner's.`),
    changing("PATCH", `Adds, changes or takes away permissions of a ${type}.`),
  ];
};

/** Source: the unified API, "Permissions". */
export const sharing: readonly Endpoint[] = [...ofPermissions("file"), ...ofPermissions("folder")];

const PROPERTIES = "/accounts/:account/storage/files/:id/properties";
const propertyList = z.object({ properties: z.array(z.object({ key: text, value: text.nullable() })) });
const told = (properties: readonly Property[]): Answer => ok({ properties });

/** Source: the unified API, "Custom properties". */
export const properties: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: PROPERTIES,
    title: "A file's custom properties.",
    right: "read",
    answers: { 200: propertyList },
    handle: async (call) => told(await call.account.storage.properties(keyOf(itemOf(call, "file")))),
  }),
  endpoint({
    method: "PATCH",
    path: PROPERTIES,
    title: "Adds or changes custom properties; a null value deletes one.",
    right: "write",
    body: z.array(z.object({ key: text, value: text.nullable() })),
    answers: { 200: propertyList },
    handle: async (call) => told(await call.account.storage.setProperties(keyOf(itemOf(call, "file")), call.body)),
  }),
  endpoint({
    method: "DELETE",
    path: PROPERTIES,
    title: "Deletes all custom properties of a file.",
    right: "write",
    answers: { 204: null },
    async handle(call) {
      const { storage } = call.account;
      const key = keyOf(itemOf(call, "file"));
      const there = await storage.properties(key);
      if (there.length > 0)
        await storage.setProperties(
          key,
          there.map((one) => ({ key: one.key, value: null })),
        );
      return noContent;
    },
  }),
];
