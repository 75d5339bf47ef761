import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { base64, message, multipart } from "./messages.js";

const plain = (text: string, type = "text/plain; charset=utf-8") => [`Content-Type: ${type}`, "", text];
const read = (...lines: readonly string[]) => readMessage(message(...lines));

describe("mime: reading a message", () => {
  test("nested multiparts give one text, one HTML and the attachments with their part numbers", async () => {
    const related = multipart("related", "R", plain("<p>Hello <img src=cid:logo@x></p>", "text/html"), [
      "Content-Type: image/png; name=logo.png",
      "Content-ID: <logo@x>",
      "Content-Transfer-Encoding: base64",
      "",
      base64("image"),
    ]);
    const alternative = multipart("alternative", "A", plain("Hello"), related);
    const file = ["Content-Type: application/pdf", "Content-Disposition: attachment; filename=a.pdf", "", "pdf"];
    const { text, html, snippet, attachments, truncated } = await read(
      "Subject: all",
      ...multipart("mixed", "M", alternative, file, plain("the list's footer")),
    );
    assert.equal(text, "Hello\nthe list's footer");
    assert.equal(html, "<p>Hello <img src=cid:logo@x></p>\n<p>the list&apos;s footer</p>");
    assert.equal(snippet, "Hello the list's footer");
    assert.deepEqual(truncated, []);
    assert.deepEqual(attachments, [
      { id: "1.2.2", name: "logo.png", mimeType: "image/png", size: 5, inline: true, contentId: "logo@x" },
      { id: "2", name: "a.pdf", mimeType: "application/pdf", size: 3, inline: false, contentId: null },
    ]);
  });

  test("a text is derived from HTML alone, without the addresses of its images", async () => {
    const html =
      '<style>p{}</style><h1>Sale</h1><p>All &euro;&nbsp;5</p><img alt="A hat" src="https://x.example/1.png">';
    const got = await read("Content-Type: text/html; charset=utf-8", "", html);
    assert.equal(got.html, html);
    assert.match(got.text ?? "", /^SALE\n+All €.5\n+A hat$/);
    assert.match(got.snippet ?? "", /^SALE All €.5 A hat$/);
  });

  test("an empty plain alternative does not hide the HTML", async () => {
    const { text } = await read(...multipart("alternative", "A", plain(" "), plain("<b>seen</b>", "text/html")));
    assert.equal(text?.trim(), "seen");
  });

  test("a message without HTML has none, one that is only a file has no text", async () => {
    assert.equal((await read("Subject: a", "", "text")).html, null);
    const file = await read(
      "Content-Type: application/pdf; name=a.pdf",
      "Content-Transfer-Encoding: base64",
      "",
      "AAAA",
    );
    assert.deepEqual([file.text, file.html, file.snippet], [null, null, null]);
    assert.deepEqual(
      file.attachments.map(({ id, name, size }) => [id, name, size]),
      [["1", "a.pdf", 3]],
    );
  });

  const TEXTS = {
    "iso-8859-1": ["Gr\xfc\xdfe", "Grüße"],
    "windows-1252": ["\x80 5 \x93ok\x94", "€ 5 “ok”"],
    "iso-2022-jp": ["\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"],
    "koi8-r": ["\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"],
    gb18030: ["\xc4\xe3\xba\xc3", "你好"],
    shift_jis: ["\x82\xb1\x82\xf1", "こん"],
    "utf-16le": ["h\0i\0", "hi"],
  } as const;
  for (const [charset, [bytes, expected]] of Object.entries(TEXTS))
    test(`a text in ${charset} is decoded, however it is transferred`, async () => {
      const raw = Buffer.from(bytes, "latin1");
      const quoted = [...raw].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
      for (const [encoding, body] of [
        ["8bit", bytes],
        ["base64", base64(raw)],
        ["quoted-printable", quoted],
      ] as const)
        if (charset !== "utf-16le" || encoding !== "8bit") {
          const type = `Content-Type: text/plain; charset="${charset}"`;
          assert.equal((await read(type, `Content-Transfer-Encoding: ${encoding}`, "", body)).text, expected, encoding);
        }
    });

  test("what claims to be UTF-8 or nothing, and is not, is read as Windows wrote it", async () => {
    for (const type of ["text/plain", "text/plain; charset=utf-8", "text/plain; charset=us-ascii"])
      assert.equal((await read(`Content-Type: ${type}`, "", "Gr\xfc\xdfe")).text, "Grüße", type);
    assert.equal((await read("Subject: a", "", "Gr\xc3\xbc\xc3\x9fe")).text, "Grüße");
    assert.equal((await read("Content-Type: text/plain; charset=no-such-thing", "", "Hello")).text, "Hello");
  });

  test("flowed lines are joined", async () => {
    const type = "Content-Type: text/plain; format=flowed; delsp=no";
    assert.equal((await read(type, "", "one \r\ntwo\r\nthree")).text, "one two\nthree");
  });

  test("names are decoded from every form, and stripped of folders", async () => {
    const NAMES = {
      "filename=a.txt": "a.txt",
      'filename="=?utf-8?B?w7wudHh0?="': "ü.txt",
      "filename*=utf-8''%e2%82%ac%20rate.txt": "€ rate.txt",
      "filename*=iso-8859-1'en'%A3%20rate.txt": "£ rate.txt",
      "filename*0*=utf-8''%e2%82%ac; filename*1=uro; filename*2*=%2etxt": "€uro.txt",
      'filename*0="long "; filename*1="name.txt"': "long name.txt",
      'filename="../../etc/passwd"': "passwd",
      'filename="C:\\\\docs\\\\a.txt"': "a.txt",
      'filename="a;b, \\"c\\".txt"': 'a;b, "c".txt',
      'filename=""': null,
    };
    for (const [parameter, name] of Object.entries(NAMES)) {
      const { attachments } = await read(`Content-Disposition: attachment; ${parameter}`, "", "x");
      assert.deepEqual(
        attachments.map((each) => each.name),
        [name],
        parameter,
      );
    }
  });

  test("a message in a message is one attachment, calendars, signatures and TNEF too", async () => {
    const { text, attachments } = await read(
      ...multipart(
        "mixed",
        "M",
        plain("see below"),
        ["Content-Type: message/rfc822", "", "Subject: inner", ...multipart("mixed", "I", plain("inner text"))],
        ["Content-Type: message/rfc822; name=Re", "Content-Disposition: inline", "", "Subject: b", "", "b"],
        ["Content-Type: text/calendar; method=REQUEST; charset=utf-8", "", "BEGIN:VCALENDAR"],
        ["Content-Type: application/ms-tnef; name=winmail.dat", "", "tnef"],
        ["Content-Type: text/plain", "Content-Disposition: attachment; filename=notes.txt", "", "notes"],
        ["Content-Type: text/html; name=page.html", "", "<p>page</p>"],
      ),
    );
    assert.equal(text, "see below");
    assert.deepEqual(
      attachments.map(({ id, name, mimeType }) => [id, name, mimeType]),
      [
        ["2", "message.eml", "message/rfc822"],
        ["3", "Re.eml", "message/rfc822"],
        ["4", null, "text/calendar"],
        ["5", "winmail.dat", "application/ms-tnef"],
        ["6", "notes.txt", "text/plain"],
        ["7", "page.html", "text/html"],
      ],
    );
  });

  test("an image is inline when it says so, or when the HTML shows it", async () => {
    const image = (...head: string[]) => ["Content-Type: image/png", ...head, "", "x"];
    const html = plain("<img src='cid:a%40x'>", "text/html");
    const { attachments } = await read(
      ...multipart(
        "related",
        "R",
        html,
        image("Content-ID: <a@x>", "Content-Disposition: attachment"),
        image("Content-ID: <b@x>", "Content-Disposition: attachment"),
        image("Content-ID: <c@x>"),
        image("Content-Disposition: inline"),
        image(),
      ),
    );
    assert.deepEqual(
      attachments.map(({ inline }) => inline),
      [true, false, true, true, false],
    );
  });

  test("a snippet is 200 characters of what is seen, emoji whole", async () => {
    const { snippet } = await read("Content-Type: text/plain; charset=utf-8", "", " a\r\n\r\n b\t\u00c2\u00a0c");
    assert.equal(snippet, "a b c");
    const long = await readMessage(Buffer.from(`Subject: a\r\n\r\n${"😀".repeat(300)}`));
    assert.equal(long.snippet, "😀".repeat(200));
    const filler = await readMessage(
      Buffer.from(`Content-Type: text/html\r\n\r\n<p>Seen${" &#847;&zwnj;&nbsp;".repeat(99)}too</p>`),
    );
    assert.equal(filler.snippet, "Seen too");
    const family = await readMessage(Buffer.from("Subject: a\r\n\r\n👨‍👩‍👧 می‌خواهم"));
    assert.equal(family.snippet, "👨‍👩‍👧 می‌خواهم");
  });
});
