import { type Readable, Transform } from "node:stream";
import { ApiError } from "../../errors.js";

/** The same bytes, failing with `request_failed` when they are not exactly so many. */
export const exactly = (body: Readable, bytes: number): Transform => {
  let seen = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > bytes ? wrongLength(bytes, "more") : null, chunk);
    },
    flush(done) {
      done(seen < bytes ? wrongLength(bytes, `${seen}`) : null);
    },
  });
  // It may fail before anybody reads it; whoever reads it is told all the same.
  counted.on("error", () => undefined);
  body.once("error", (cause) =>
    counted.destroy(
      cause instanceof ApiError
        ? cause
        : new ApiError("request_failed", "The upload broke off before its end.", {}, { cause }),
    ),
  );
  body.once("close", () => {
    if (!body.readableEnded && !body.errored)
      counted.destroy(new ApiError("request_failed", "The upload broke off before its end."));
  });
  return body.pipe(counted);
};

const wrongLength = (said: number, seen: string) =>
  new ApiError("request_failed", `The upload was said to have ${said} bytes, but it had ${seen}.`);
