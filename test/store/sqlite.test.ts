import { storeConformance } from "../conformance/store.js";
import { openPlace } from "./folder.js";

storeConformance("sqlite", openPlace);
