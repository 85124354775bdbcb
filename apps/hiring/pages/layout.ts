import { type Content, type Html, html } from "plinth";

/** What every page has around its content. */
interface Frame {
  /** Of the document; the name of the service is added. */
  readonly title: string;
  /** Class of the body: what the page is. */
  readonly kind: string;
  readonly main: Content;
}

/** A whole page. */
export function page({ title, kind, main }: Frame): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Hiring</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body class="${kind}">
<a class="skip" href="#main">Skip to the content</a>
<header class="masthead">
<a class="home" href="/">Hiring</a>
<nav aria-label="For programs">
<ul role="list">
<li><a href="/open-jobs">Open jobs as JSON</a></li>
<li><a href="/docs">API reference</a></li>
</ul>
</nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
</body>
</html>
`;
}

/** Where a job stands, as a word with a colour. */
export function statusMarkup(status: string): Html {
  return html`<span class="status ${status}">${status}</span>`;
}
