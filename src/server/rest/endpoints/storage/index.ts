import type { Endpoint } from "../../endpoint.js";
import { contents } from "./contents.js";
import { folders } from "./folders.js";
import { items } from "./items.js";
import { links } from "./links.js";
import { multipart } from "./multipart.js";
import { search } from "./search.js";
import { ofService } from "./service.js";
import { properties, sharing } from "./sharing.js";

/** Source: the unified API, "Storage API". */
export const storage: readonly Endpoint[] = [
  ...contents,
  ...items,
  ...folders,
  ...search,
  ...links,
  ...sharing,
  ...properties,
  ...multipart,
  ...ofService,
];
