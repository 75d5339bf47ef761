import type { Ref } from "../src/ids.js";
import type { ConnectedAccount } from "../src/unified/account.js";

/** The id of an object in an account that was opened for this caller. */
export type ObjectRef = Ref<ConnectedAccount>;
