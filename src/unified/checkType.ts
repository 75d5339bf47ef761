import { ApiError } from "../errors.js";
import type { Api } from "../ids.js";

/** Refuses another type's id. What a caller named by the service's id alone (`object`) may turn out to be a file or a folder. */
export const checkType = ({ api, type }: { api: Api; type: string }, wanted: Api, types: readonly string[]): void => {
  if (api === wanted && (types.includes(type) || (api === "storage" && type === "object" && !types.includes("link"))))
    return;
  throw new ApiError("invalid_resource_type", `This id is of the type ${type}, not of the type ${types.join(" or ")}.`);
};
