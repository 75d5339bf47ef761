import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { child, type Element, parseXml } from "../../src/connectors/families/xml.js";
import { fails } from "../support/fails.js";

const outline = ({ name, children }: Element): unknown => (children.length ? { [name]: children.map(outline) } : name);

describe("xml", () => {
  test("namespaces count, prefixes do not", () => {
    for (const text of [
      '<D:a xmlns:D="DAV:"><D:b/></D:a>',
      '<a xmlns="DAV:"><b/></a>',
      '<x:a xmlns:x="DAV:"><y:b xmlns:y="DAV:"/></x:a>',
      '<a xmlns="DAV:"><D:b xmlns:D="DAV:" xmlns="other"/></a>',
      '<?xml version="1.0" encoding="utf-8"?>\n<!-- hello --><a xmlns="D&#65;V:">\n <b></b>\n</a>\n',
    ])
      assert.deepEqual(outline(parseXml(text)), { "DAV:a": ["DAV:b"] }, text);
    const nested = '<a xmlns="one:"><b xmlns="two:"><c/></b><d/></a>';
    assert.deepEqual(outline(parseXml(nested)), { "one:a": [{ "two:b": ["two:c"] }, "one:d"] });
  });

  test("the five entities, numbers and CDATA are text; nothing else is", () => {
    const text = (xml: string) => parseXml(`<a>${xml}</a>`).text;
    assert.equal(text("R&amp;D &lt;&#49;&#x1F600;&gt;"), "R&D <1😀>");
    assert.equal(text("&amp;lt;"), "&lt;");
    assert.equal(text("&unknown; &#x110000;"), "&unknown; \ufffd");
    assert.equal(text("<![CDATA[<b>&amp;]]>c"), "<b>&amp;c");
  });

  test("attributes are told as written, declarations apart", () => {
    const { attributes, children } = parseXml("<a x='>\"' y = \"&lt;\n'\" xmlns:z='z:'\n><z:b/></a  >");
    assert.deepEqual(attributes, { x: '>"', y: "<\n'" });
    assert.deepEqual(children, [{ name: "z:b", text: "", children: [] }]);
  });

  test("a line ends with one character, however it was written", () => {
    assert.equal(parseXml("<a>one\r\ntwo\rthree</a>").text, "one\ntwo\nthree");
    assert.equal(parseXml("\ufeff<?xml version='1.0'?>\r\n<a/>\r\n").name, "a");
  });

  test("an empty element is a document", () => {
    for (const text of ['<a xmlns="DAV:"/>', '<a xmlns="DAV:" />\n', '<a xmlns="DAV:"></a>'])
      assert.deepEqual(parseXml(text), { name: "DAV:a", text: "", children: [] });
  });

  test("whatever is no whole document is refused", () => {
    for (const text of ["", "{}", "plain", "<a><b/>", "<a><b></b", "<a>x</a><!-- ", '<a x="', "<".repeat(1e6)])
      assert.throws(() => parseXml(text), fails("bad_gateway"), text.slice(0, 40));
    for (const text of ["<a><b></a></b>", "<a></b>", "</a>", "<a/><b/>", "<a/>text", "text<a/>", "< a/>", "<a/ >"])
      assert.throws(() => parseXml(text), fails("bad_gateway"), text);
    for (const text of ["<a><![CDATA[x]]</a>", "<a><!-- x -></a>"])
      assert.throws(() => parseXml(text), fails("bad_gateway"), text);
  });

  test("bombs are refused before they go off", () => {
    const bombs = {
      "entity expansion": '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
      "an external entity": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      "a doctype in lower case": "<!doctype a><a/>",
      "10,000 elements within each other": "<a>".repeat(10_000) + "</a>".repeat(10_000),
      "more than 16 MiB": `<a>${"x".repeat(2 ** 24)}</a>`,
    };
    for (const [what, text] of Object.entries(bombs)) assert.throws(() => parseXml(text), fails("bad_gateway"), what);
  });

  test("an attribute of 10 MB, and names that JavaScript knows, do no harm", () => {
    assert.equal(parseXml(`<a x="${"y".repeat(1e7)}">text</a>`).text, "text");
    const { children } = parseXml('<a xmlns:constructor="c:"><constructor:toString/></a>');
    assert.deepEqual(
      children.map(({ name }) => name),
      ["c:toString"],
    );
    assert.equal(child(parseXml("<a><b>1</b><b>2</b></a>"), "b")?.text, "1");
  });
});
