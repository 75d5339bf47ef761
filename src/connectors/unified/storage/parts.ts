import type { NewFile, PartOperations, Settings } from "../../connector.js";
import { ask, at } from "../requests.js";
import { claim } from "./claim.js";
import { toFile } from "./map.js";
import { overwriting, settled } from "./upload.js";
import { file, session } from "./wire.js";

/** Source: the unified API, "Multipart upload sessions". */
export const parts: PartOperations = {
  async start(context, place) {
    const { parent, name, size, ifExists } = place;
    const request = {
      method: "POST",
      path: at(context, "storage", "multipart"),
      query: overwriting(place),
      body: { parent_id: parent, name, size },
    };
    const { id } = await ask(context, session, request);
    return { session: String(id), parent, name, ifExists };
  },

  /** Parts are told apart by their numbers alone. */
  async put(context, { session: id }, { number, length }, body) {
    await context.upstream.text({
      method: "PUT",
      path: at(context, "storage", "multipart", String(id)),
      query: { part_number: number },
      headers: { "content-type": "application/octet-stream", "content-length": String(length) },
      body,
    });
    return "";
  },

  async complete(context, started, _receipts) {
    const place = placeOf(started);
    const path = at(context, "storage", "multipart", String(started.session), "complete");
    const wire = await claim(context, place, file, { method: "POST", path });
    return settled(context, place, toFile(context, wire));
  },

  async abort(context, { session: id }) {
    await context.upstream.text({ method: "DELETE", path: at(context, "storage", "multipart", String(id)) });
  },
};

const placeOf = ({ parent, name, ifExists }: Settings): NewFile => ({
  parent: String(parent),
  name: String(name),
  ifExists: ifExists as NewFile["ifExists"],
});
