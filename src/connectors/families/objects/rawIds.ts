import type { Connector, Settings } from "../../connector.js";
import { invalid } from "./places.js";

/** A bucket's name, as the service calls it, and a key. */
export const rawIdsOf = (attribute: "bucket_name" | "container_name"): NonNullable<Connector["rawIds"]> => ({
  attributes: [attribute],
  assemble({ bucket: own }: Settings, key, attributes) {
    const bucket = attributes[attribute];
    if (!own) return `/${bucket}/${key.replace(/^\//, "")}`;
    if (own !== bucket) throw invalid(`This account has no bucket but ${JSON.stringify(own)}.`);
    return `/${key.replace(/^\//, "")}`;
  },
});
