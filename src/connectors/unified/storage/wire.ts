import { z } from "zod";
import { flag, id, list, number, person, reference, resource, text, time } from "../wire.js";

/** Source: the unified API, "File object" and "Folder object". */
const common = {
  ...resource,
  name: z.string(),
  path: text,
  created: time,
  modified: time,
  owner: person,
  /** Null of the root folder alone. */
  parent: z
    .object({ id })
    .nullish()
    .transform((said) => said?.id ?? null),
};

export const file = z.object({
  ...common,
  type: z.literal("file"),
  size: number,
  mime_type: text,
  downloadable: flag,
  creator: person,
  last_modifier: person,
});
export const folder = z.object({
  ...common,
  type: z.literal("folder"),
  can_create_folders: flag,
  can_upload_files: flag,
});
export const item = z.discriminatedUnion("type", [file, folder]);

export const permissions = z.object({
  permissions: list(z.object({ id: reference, role: text, email: text, name: text, type: text })),
});
export const properties = z.object({ properties: list(z.object({ key: z.string(), value: text })) });
export const quota = z.object({ quota_type: text, total: number, used: number });

/** Clients know its number as an integer. */
export const session = z.object({
  id: z.union([z.number().int(), z.string().min(1).max(255)]),
  part_size: z.number().int().positive(),
});

export type WireFile = z.output<typeof file>;
export type WireFolder = z.output<typeof folder>;
export type WireItem = z.output<typeof item>;
export type WirePermission = z.output<typeof permissions>["permissions"][number];
