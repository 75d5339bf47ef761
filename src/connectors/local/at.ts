import type { Context } from "../connector.js";
import { explain } from "./errors.js";
import { Place } from "./root.js";

/** Gives an operation the account's folder, and its errors our words. */
export type AtPlace = <Rest extends unknown[], Result>(
  operation: (context: Context, place: Place, ...rest: Rest) => Promise<Result>,
) => (context: Context, ...rest: Rest) => Promise<Result>;

/** For accounts whose folder is one of these or lies below one. */
export const atPlace =
  (folders: readonly string[]): AtPlace =>
  (operation) =>
  async (context, ...rest) => {
    try {
      return await operation(context, Place.of(context.settings, folders), ...rest);
    } catch (error) {
      throw explain(error);
    }
  };
