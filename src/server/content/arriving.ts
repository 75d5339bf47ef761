import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { ApiError } from "../../errors.js";

/** A request's body that can be left without breaking the connection that the answer has to take. */
export const arriving = (request: IncomingMessage): Readable => {
  const body = new PassThrough();
  // It may break before anybody reads it; whoever reads it is told all the same.
  body.on("error", () => undefined);
  const broken = () => body.destroy(new ApiError("request_failed", "The upload broke off before its end."));
  request.once("error", broken);
  request.once("close", () => {
    if (!request.readableEnded) broken();
  });
  body.once("close", () => {
    request.unpipe(body);
    drain(request);
  });
  return request.pipe(body);
};

/** Bytes of a refused upload that are read nevertheless: many clients read the answer only when they have sent all. */
const DRAIN = 16 * 2 ** 20;

const drain = (request: IncomingMessage): void => {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN) request.destroy();
  });
  request.resume();
};
