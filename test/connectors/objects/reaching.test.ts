import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyUnreached } from "../../../src/connectors/families/reaching.js";
import { ApiError } from "../../../src/errors.js";

const broken = (code: string) =>
  new ApiError("bad_gateway", "It broke.", {}, { cause: Object.assign(new Error("as Node says it"), { code }) });

describe("why an address is not reached", () => {
  test("each way to fail has its sentence", () => {
    const url = new URL("https://files.example.com:9000/");
    for (const [code, words] of [
      ["ENOTFOUND", "There is no host files.example.com."],
      ["EAI_AGAIN", "The host files.example.com cannot be looked up at the moment."],
      ["ECONNREFUSED", "Nothing listens at files.example.com:9000: is the port right?"],
      ["EHOSTUNREACH", "No way leads to files.example.com:9000."],
      ["UND_ERR_CONNECT_TIMEOUT", "files.example.com:9000 does not answer."],
      ["ERR_SSL_WRONG_VERSION_NUMBER", "files.example.com:9000 does not speak TLS: its address begins with http://."],
      // What is wrong with a certificate is told already.
      ["CERT_HAS_EXPIRED", "It broke."],
      ["ERR_TLS_CERT_ALTNAME_INVALID", "It broke."],
      ["SELF_SIGNED_CERT_IN_CHAIN", "It broke."],
    ] as const) {
      const why = whyUnreached(broken(code), url);
      assert.ok(why instanceof ApiError);
      assert.deepEqual([why.code, why.message], ["invalid_parameters", words], code);
    }
  });

  test("a connection that breaks means TLS only where none was spoken", () => {
    const error = broken("UND_ERR_SOCKET");
    assert.equal(whyUnreached(error, new URL("https://files.example.com/")), error);
    const why = whyUnreached(error, new URL("http://files.example.com/"));
    assert.match(String(why), /begin with https:/);
  });

  test("an answer, and what is none of ours, stays as it is", () => {
    const url = new URL("https://files.example.com/");
    for (const error of [new ApiError("not_found", "No."), broken("UND_ERR_BODY_TIMEOUT"), new Error("other"), "text"])
      assert.equal(whyUnreached(error, url), error);
  });
});
