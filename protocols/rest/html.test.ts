import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { html, trusted } from "./html.ts";

describe("html", () => {
  it("escapes text and attributes, and no markup", () => {
    const nasty = `"><script>alert('&')</script>`;
    const page = html`<p title="${nasty}">${nasty}${html`<b>${"<"}</b>`}${trusted("<i>x</i>")}</p>`;
    const escaped = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
    assert.equal(page.text, `<p title="${escaped}">${escaped}<b>&lt;</b><i>x</i></p>`);
  });

  it("joins lists, and leaves nothing of null, undefined and false", () => {
    assert.equal(html`${[1, [html`<br>`, "&"]]}${null}${undefined}${false}${0}`.text, "1<br>&amp;0");
  });
});
