import { Ref } from "../../../ids.js";

/**
 * An id as the REST API says it. Whoever is named anywhere has the id of that user of the organisation: the one that can be read, and
 * acted as. Source: the unified API, "Team API".
 */
export const idOf = (ref: Ref): string =>
  String(ref.api === "team" && ref.type === "person" ? new Ref(ref.scope, "team", "user", ref.native) : ref);
