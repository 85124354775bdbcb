import { html, type ProblemPage } from "plinth";
import { page } from "./layout.ts";

/** What people see when something went wrong. */
export const problemPage: ProblemPage = ({ title, status, detail, instance }) =>
  page({
    title,
    kind: "problem",
    main: html`<header class="head">
<h1>${title}</h1>
<p dir="auto">${detail}</p>
${status >= 500 && html`<p>Whoever runs this service finds it in the log under <code>${instance}</code>.</p>`}
<p><a href="/">All jobs</a></p>
</header>`,
  });
