import type { Api } from "../ids.js";

/**
 * The categories that an account's scope grants, in the grammar in which `connecting/scope.ts` writes it: `service:normal.storage`.
 * Null: all; an account without a scope was connected by the application itself.
 */
export const grantedApis = (scope: string | null): ReadonlySet<Api | "basic"> | null => {
  if (scope === null) return null;
  const granted = new Set<Api | "basic">();
  // What stands in quotes is the service's own, and may look like anything.
  for (const word of scope.replace(/"[^"]*"/g, "").split(" ")) {
    const api = word.split(".")[1];
    if (api) granted.add(api as Api | "basic");
  }
  return granted;
};
