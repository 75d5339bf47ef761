import { ApiError } from "../../../../errors.js";
import { type Endpoint, endpoint, type Method } from "../../endpoint.js";
import { applications } from "./applications.js";
import { ADMIN } from "./managed.js";
import { parts } from "./parts.js";

/** A server of one's own knows no developers and no licences. */
const lacking = (method: Method, path: string, title: string, also: readonly string[]): Endpoint =>
  endpoint({
    method,
    path,
    also,
    title,
    right: ADMIN,
    answers: {},
    handle: async () => {
      throw new ApiError("not_implemented", "There are applications and their keys here, and nothing above them.");
    },
  });

/** Source: the unified API, "Meta (management) API". */
export const meta: readonly Endpoint[] = [
  ...applications,
  ...parts,
  lacking("GET", "/meta/developers", "Developers.", ["/developers"]),
  lacking("GET", "/meta/developers/:id", "A developer.", ["/developers/:id"]),
  lacking("PATCH", "/meta/developers/:id", "Changes a developer.", ["/developers/:id"]),
  lacking("GET", "/meta/licenses/:id/contents", "A licence.", []),
];
