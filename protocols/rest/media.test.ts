import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filename, mediaType } from "./media.ts";

describe("mediaType", () => {
  it("takes a type apart", () => {
    assert.deepEqual(mediaType('Text/Markdown ; Charset="UTF-8"; variant=GFM'), {
      name: "text/markdown",
      charset: "utf-8",
    });
    assert.deepEqual(mediaType("application/json;"), { name: "application/json", charset: null });
  });

  for (const bad of ["", "json", "a/b c", "text/plain; charset", 'text/plain; charset="x', "text/plain, a/b"])
    it(`refuses ${JSON.stringify(bad)}`, () => assert.equal(mediaType(bad), null));
});

describe("filename", () => {
  const cases: readonly [string | undefined, string | null][] = [
    [undefined, null],
    ["attachment", null],
    ['attachment; filename="spec.md"', "spec.md"],
    ["attachment; filename=spec.md", "spec.md"],
    ['attachment; filename="a\\"b.md"', 'a"b.md'],
    [`attachment; filename="x.md"; filename*=UTF-8''%e2%82%ac.md`, "€.md"],
    [`attachment; filename*=iso-8859-1'en'%A3.md`, "£.md"],
    [`attachment; filename="x.md"; filename*=UTF-8''%ff`, "x.md"],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ['attachment; filename="C:\\\\dir\\\\cv.pdf"', "cv.pdf"],
    ['attachment; filename=".."', null],
    [Buffer.from('attachment; filename="naïve.md"').toString("latin1"), "naïve.md"],
    ['attachment; filename="x', null],
  ];
  for (const [header, name] of cases)
    it(`finds ${name} in ${header}`, () => assert.equal(filename(header), name));
});
