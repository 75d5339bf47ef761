import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readBlobs } from "../../../src/connectors/azure/wire.js";
import { childrenOf, isSayable, readXml, textOf } from "../../../src/connectors/families/objects/xml.js";
import { S3 } from "../../../src/connectors/families/s3/protocol.js";
import { checkDone, deletion, readObjects } from "../../../src/connectors/families/s3/wire.js";
import { child, escapeXml, toJson } from "../../../src/connectors/families/xml.js";
import { fails } from "../../support/fails.js";

describe("objects: xml", () => {
  test("prefixes and namespaces make no difference; space is kept", () => {
    for (const text of [
      '<A xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><B> b </B></A>',
      '<?xml version="1.0"?>\n<s3:A xmlns:s3="x:"><s3:B> b </s3:B></s3:A>\n',
      "<A>\n  <B> b </B>\n</A>",
    ])
      assert.equal(textOf(readXml(text, "A"), "B"), " b ", text);
  });

  test("the five entities, numbers and CDATA are text; nothing else is", () => {
    const text = (inner: string) => textOf(readXml(`<A><B>${inner}</B></A>`, "A"), "B");
    assert.equal(text("R&amp;D &lt;&#49;&#x1F600;&gt;"), "R&D <1😀>");
    assert.equal(text("&amp;lt;"), "&lt;");
    assert.equal(text("&unknown;"), "&unknown;");
    assert.equal(text("<![CDATA[<b>&amp;]]>c"), "<b>&amp;c");
    assert.equal(text(escapeXml("a\r\n\t<&>\"'")), "a\r\n\t<&>\"'");
  });

  test("whatever is not the whole document that was asked for is refused", () => {
    for (const text of [
      "",
      "{}",
      "<A><B/>",
      "<A><B></A",
      "<C/>",
      "<Error/>",
      '<A x="',
      "<".repeat(1e6),
      "<A>x</A><!-- ",
    ])
      assert.throws(() => readXml(text, "A"), fails("bad_gateway"), text.slice(0, 40));
    for (const text of ["<A/>", "<A />\n", "<A></A>"]) assert.equal(readXml(text, "A").children.length, 0);
  });

  test("bombs are refused before they go off", () => {
    for (const [what, text] of Object.entries({
      "entity expansion": '<!DOCTYPE A [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><A>&d;</A>',
      "an external entity": '<!DOCTYPE A [<!ENTITY b SYSTEM "file:///etc/passwd">]><A>&b;</A>',
      "10,000 elements within each other": "<A>".repeat(10_000) + "</A>".repeat(10_000),
      "more than 16 MiB": `<A>${"x".repeat(2 ** 24)}</A>`,
    }))
      assert.throws(() => readXml(text, "A"), fails("bad_gateway"), what);
  });

  test("names that JavaScript knows, and long attributes, do no harm", () => {
    const element = readXml(`<A x="${"y".repeat(1e7)}"><B/><B/></A>`, "A");
    assert.equal(child(element, "valueOf"), undefined);
    assert.equal(childrenOf(element, "B").length, 2);
    assert.deepEqual(toJson(element), { B: ["", ""] });
    const odd = readXml("<A><__proto__>c</__proto__></A>", "A");
    assert.equal(textOf(odd, "__proto__"), "c");
    assert.deepEqual(Object.entries(toJson(odd) as object), [["__proto__", "c"]]);
  });

  test("what XML can say, and what it cannot", () => {
    for (const text of ["plain", "é👩‍👩‍👧", "tab\tnew\n", "\u007f\u0085"])
      assert.ok(isSayable(text), JSON.stringify(text));
    for (const text of ["\0", "a\u0001", "\ufffe", "\ud800"]) assert.ok(!isSayable(text), JSON.stringify(text));
    assert.match(deletion(["a&b", "c\rd"], S3), /<Key>a&#38;b<\/Key>.*<Key>c&#13;d<\/Key>/);
  });

  test("S3: keys are decoded as forms are where the service says that it encoded them, and only there", () => {
    const list = (encoding: string, key: string) =>
      readObjects(
        `<ListBucketResult>${encoding}<IsTruncated>false</IsTruncated><Contents><Key>${key}</Key><Size>1</Size></Contents></ListBucketResult>`,
      ).objects[0]?.key;
    const url = "<EncodingType>url</EncodingType>";
    assert.equal(list(url, "a+b%2Bc%20d%01"), "a b+c d\u0001");
    assert.equal(list("", "a+b%2Bc"), "a+b%2Bc");
    assert.throws(() => list(url, "%zz"), fails("bad_gateway"));
  });

  test("S3: a list that is cut off without saying how it goes on is refused", () => {
    const text = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>";
    assert.throws(() => readObjects(text), fails("bad_gateway"));
  });

  test("S3: an error within a 200 is an error", () => {
    assert.equal(checkDone("<CopyObjectResult/>"), "<CopyObjectResult/>");
    const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
    assert.throws(() => checkDone(error("SlowDown")), fails("too_many_service_requests"));
    assert.throws(() => checkDone(error("InternalError")), fails("bad_gateway"));
    const kept = error("SlowDown").replace("?>", `?>${" \n".repeat(5000)}`);
    assert.throws(() => checkDone(kept), fails("too_many_service_requests"), "kept alive by spaces");
    assert.throws(() => checkDone(" \n".repeat(5000) + error("SlowDown")), fails("too_many_service_requests"));
    assert.throws(() => checkDone(`\n${error("NoSuchKey")}`), fails("not_found"));
  });

  test("Azure: names that XML cannot say come encoded, all others as they are", () => {
    const list = (name: string) =>
      readBlobs(`<EnumerationResults><Blobs><Blob>${name}</Blob></Blobs><NextMarker/></EnumerationResults>`);
    assert.equal(list('<Name Encoded="true">a%EF%BF%BE%2520</Name>').objects[0]?.key, "a\ufffe%20");
    assert.equal(list("<Name> a%20b </Name>").objects[0]?.key, " a%20b ");
    assert.equal(list("<Name>a</Name>").next, null);
    assert.throws(() => list('<Name Encoded="true">%</Name>'), fails("bad_gateway"));
  });
});
