import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "../errors.js";
import { errorBody } from "./errorBody.js";

/** What is no HTTP, or comes too slowly, before any route could see it: told as every error is, and the connection ends. */
export const answerClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const told = toldOf(error);
  const text = JSON.stringify(errorBody(told, randomUUID()));
  socket.end(
    [
      `HTTP/1.1 ${told.status} ${STATUS_CODES[told.status]}`,
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(text)}`,
      "connection: close",
      "",
      text,
    ].join("\r\n"),
  );
};

const toldOf = ({ code }: NodeJS.ErrnoException): ApiError => {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new ApiError("timed_out", "The request took too long to arrive.");
  if (code === "HPE_HEADER_OVERFLOW") return new ApiError("entity_too_large", "The request's head is too large.");
  return new ApiError("bad_request", "The request is no HTTP.");
};
