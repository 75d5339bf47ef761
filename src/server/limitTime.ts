import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "../errors.js";
import { refuse } from "./errorBody.js";

/** A client that takes too long to send its request is told 408 and cut off. */
export const limitTime = (request: IncomingMessage, response: ServerResponse, milliseconds: number): void => {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return;
  const timer = setTimeout(() => {
    if (request.complete) return;
    refuse(request, response, new ApiError("timed_out", "The request took too long to arrive."));
    response.once("finish", () => request.destroy());
  }, milliseconds);
  const stop = (): void => clearTimeout(timer);
  request.once("end", stop);
  request.once("close", stop);
  response.once("close", stop);
};
