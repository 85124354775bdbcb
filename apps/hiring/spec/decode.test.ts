import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode } from "./decode.ts";
import { sliceOf } from "./quote.ts";
import type { Repair } from "./schema.ts";
import { charOf } from "./windows1252.ts";

function decoded(source: Uint8Array): { text: string; repairs: Repair[] } {
  const result = decode(source);
  assert.ok(result.ok, result.ok ? "" : result.message);
  return result;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

/** UTF-8 whose bytes were taken for characters of windows-1252, or of Latin-1. */
function misread(text: string, charOfByte = charOf): string {
  return [...utf8(text)].map(charOfByte).join("");
}

describe("decoding", () => {
  it("leaves right text alone", () => {
    for (const text of ["São Paulo – “naïve” café, £5", "CAFÉ™ and NÃO", "Łódź, Ærø, ÅÄÖ", "日本語 👋🏽"]) {
      assert.deepEqual(decoded(utf8(text)), { ok: true, text, repairs: [] });
    }
  });

  it("makes all line ends one", () => {
    assert.equal(decoded(utf8("a\r\nb\rc\n")).text, "a\nb\nc\n");
  });

  it("takes off a byte order mark", () => {
    const { text, repairs } = decoded(utf8("\ufeffEngineer"));
    assert.equal(text, "Engineer");
    assert.deepEqual(
      repairs.map(({ kind }) => kind),
      ["byte-order-mark"],
    );
  });

  it("reads UTF-16 of both orders, marked or not", () => {
    for (const order of ["le", "be"] as const) {
      for (const mark of ["\ufeff", ""]) {
        const { text, repairs } = decoded(utf16(`${mark}Engineer – Zürich`, order));
        assert.equal(text, "Engineer – Zürich");
        assert.deepEqual(
          repairs.map(({ kind }) => kind),
          ["utf-16"],
        );
      }
    }
  });

  it("reads windows-1252, even amid UTF-8", () => {
    const { text, repairs } = decoded(latin("Pay: \xa350k \x96 \x93good\x94\r\nR\xe9sum\xe9"));
    assert.equal(text, "Pay: £50k – “good”\nRésumé");
    const [repair] = repairs;
    assert.deepEqual([repair?.kind, repair?.count, repair?.quote?.text], ["windows-1252", 6, "£"]);
    assert.equal(decoded(Uint8Array.of(...utf8("é "), 0xe9)).text, "é é");
  });

  it("undoes UTF-8 read as windows-1252, once and twice over, and says where", () => {
    const right = "You’ll earn £60k – or “more” • naïve café…";
    for (const source of [
      misread(right),
      misread(misread(right)),
      misread(right, (byte) => String.fromCharCode(byte)),
    ]) {
      const { text, repairs } = decoded(utf8(source));
      assert.equal(text, right);
      assert.ok(repairs.length > 5);
      for (const { kind, to, quote } of repairs) {
        assert.equal(kind, "mojibake");
        assert.equal(quote?.text, to);
        assert.equal(sliceOf(text, quote!), to);
      }
    }
  });

  it("completes a closing quote that lost its last byte", () => {
    assert.equal(decoded(utf8("â€œgoodâ€ work")).text, "“good” work");
  });

  it("tells a repair once, with its count", () => {
    const { repairs } = decoded(utf8("Weâ€™ll see what youâ€™ll do"));
    assert.deepEqual(
      repairs.map(({ from, to, count }) => [from, to, count]),
      [["â€™", "’", 2]],
    );
  });
});
