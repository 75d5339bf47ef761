import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { explain } from "../../../src/connectors/azure/explain.js";

/** Refusals as Microsoft's documentation shows them: "Status and error codes", "Authorize with Shared Key". */
const refused = (code: string, detail = "") =>
  `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Words</Message><AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail></Error>`;

const read = (status: number, body: string, headers = {}) => {
  const explained = explain(status, body, headers);
  return typeof explained === "object" ? [explained.code, explained.message] : [explained];
};

describe("azure: refusals", () => {
  test("why a signature is refused", () => {
    for (const [detail, code, words] of [
      [
        "The MAC signature found in the HTTP request 'x' is not the same as any computed signature.",
        "service_unauthorized",
        /key/,
      ],
      ["Request date header too old: 'Fri, 01 Jan 2010 00:00:00 GMT'", "service_forbidden", /set the clock/],
      ["The Date header in the request is incorrect.", "service_forbidden", /set the clock/],
      [
        "Signature not valid in the specified time frame: Start [Mon, 01 Jan 2024] - Expiry [Tue, 02 Jan 2024] - Current [x]",
        "service_unauthorized",
        /has expired/,
      ],
      ["Signature did not match. String to sign used was r", "service_unauthorized", /not made with the account's key/],
    ] as const) {
      const [told, message] = read(403, refused("AuthenticationFailed", detail));
      assert.equal(told, code, detail);
      assert.match(String(message), words);
    }
  });

  test("the header counts where there is no body; what is not known speaks for itself", () => {
    assert.deepEqual(read(404, "", { "x-ms-error-code": "BlobNotFound" }), ["not_found"]);
    assert.equal(read(503, "", { "x-ms-error-code": "ServerBusy" })[0], "too_many_service_requests");
    assert.equal(read(400, refused("InvalidBlockList"))[0], "data_conflict");
    assert.deepEqual(read(418, refused("Teapot")), [undefined]);
    assert.deepEqual(read(418, refused("constructor")), [undefined]);
    assert.deepEqual(read(500, "plain words"), [undefined]);
  });
});
