/** Why the service will not do something, as its caller is told: `{ error: { code, message, … } }`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further members of `error`, such as `conflicting_id`. */
    readonly details: Readonly<Record<string, string>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const notFound = (what = "item"): Refusal => new Refusal(404, "not_found", `There is no such ${what}.`);
export const invalid = (message: string): Refusal => new Refusal(400, "invalid_request", message);
export const invalidParent = (message: string): Refusal => new Refusal(400, "invalid_parent", message);
export const nameTaken = (by: { id: string; kind: string; name: string }): Refusal =>
  new Refusal(409, "name_taken", "The name is taken.", {
    conflicting_id: by.id,
    conflicting_kind: by.kind,
    conflicting_name: by.name,
  });
