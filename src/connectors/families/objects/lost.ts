import { ApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";

/**
 * Of an object that was to be new and is refused as taken, by a service that may have made it at an attempt whose answer was
 * lost: whether it holds the bytes that were sent. Who else has written the very same has done the same. Throws
 * `bad_gateway` where nothing is there: the attempt may still be under way.
 */
export const holds = async ({ upstream }: Context, url: string, bytes: Buffer): Promise<boolean> => {
  const { status, headers, body } = await upstream.stream({
    path: url,
    literal: true,
    headers: { "accept-encoding": "identity" },
    accept: [404],
  });
  const length = headers["content-length"];
  if (status !== 200 || (length !== undefined && Number(length) !== bytes.length)) {
    body.on("error", () => undefined).destroy();
    if (status !== 200) throw unclear();
    return false;
  }
  let read = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (!bytes.subarray(read, read + chunk.length).equals(chunk)) return false;
    read += chunk.length;
  }
  return read === bytes.length;
};

export const unclear = (): ApiError =>
  new ApiError("bad_gateway", "The service's answer was lost, and whether it has done this cannot be known.");
