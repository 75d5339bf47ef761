import { ApiError } from "../../../errors.js";
import { type Context, ROOT, type StorageItem, type StorageKey } from "../../connector.js";
import { ask, at } from "../requests.js";
import { toItem } from "./map.js";
import { item } from "./wire.js";

type Place = "files" | "folders";
const PLACES = { file: ["files", "folders"], folder: ["folders", "files"], object: ["files", "folders"] } as const;

/**
 * The far server has one path for files and another for folders. What was named by its id alone, or as the wrong type, is looked for
 * in both.
 */
export const atItem = async <Result>(
  context: Context,
  { type, id }: StorageKey,
  use: (path: string, place: Place) => Promise<Result>,
  ...rest: string[]
): Promise<Result> => {
  const [first, second]: readonly [Place, Place] = id === ROOT ? PLACES.folder : PLACES[type];
  try {
    return await use(at(context, "storage", first, id, ...rest), first);
  } catch (error) {
    const code = error instanceof ApiError ? error.code : null;
    if (code !== "invalid_resource_type" && !(code === "not_found" && type === "object")) throw error;
    return use(at(context, "storage", second, id, ...rest), second).catch((other: unknown) => {
      throw code === "not_found" ? error : other;
    });
  }
};

export const getItem = (context: Context, key: StorageKey): Promise<StorageItem> =>
  atItem(context, key, async (path) => toItem(context, await ask(context, item, { path })));

/** What a folder has, asked of a file, or the other way round. Of what is gone, no type is told. */
export const orGone = async <Result>(context: Context, id: string, asked: Promise<Result>): Promise<Result> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.code === "invalid_resource_type")
      await getItem(context, { type: "object", id });
    throw error;
  }
};
