import type { Endpoint } from "../../endpoint.js";
import { objectEndpoints } from "../objects.js";
import { batch } from "./batch.js";
import { collections } from "./collections.js";
import { schemas } from "./schemas.js";
import { search } from "./search.js";

const objects = [...collections, ...objectEndpoints("crm")];

/** Source: the unified API, "CRM API". */
export const crm: readonly Endpoint[] = [...objects, ...schemas, search, batch(objects)];
