import { type Html, html, type Page } from "plinth";
import type { Job } from "../job/job.ts";
import { documentMarkup } from "./document.ts";
import { type Finding, type Group, groupsOf, type Part, type Quoted, quotedFindings } from "./findings.ts";
import { actionsMarkup } from "./jobActions.ts";
import { page, statusMarkup } from "./layout.ts";
import { dateText } from "./wording.ts";

/** What was understood of a job, beside the document that says so. */
export const jobPage: Page = async ({ parameters, caller, atLeast, operations }) => {
  const { id, state } = await operations.get({ caller, atLeast, entity: "job", id: parameters.id! });
  const job = JSON.parse(state) as Job;
  const groups = groupsOf(job.spec);
  const quoted = quotedFindings(groups);
  const title = job.spec.title.text;
  return {
    html: page({
      title,
      kind: job.document === null ? "job written" : "job",
      main: html`${head(id, job)}
<div class="panes">
${job.document !== null && documentPane(job.document, [...quoted.values()])}
${findingsPane(groups, quoted)}
</div>`,
    }),
  };
};

function head(id: string, job: Job): Html {
  const { spec, status, reference, createdAt, openedAt, closedAt, closedBecause, document } = job;
  const origin = document === null ? "Written" : "Imported";
  return html`<header class="head">
<p class="back"><a href="/">All jobs</a></p>
<h1 dir="auto">${spec.title.text}</h1>
<ul class="facts" role="list">
<li>${statusMarkup(status)}</li>
${reference !== null && html`<li dir="auto">${reference}</li>`}
<li>${origin} ${timeMarkup(createdAt)}</li>
${openedAt !== null && html`<li>Opened ${timeMarkup(openedAt)}</li>`}
${closedAt !== null && html`<li>Closed ${timeMarkup(closedAt)}: <span dir="auto">${closedBecause}</span></li>`}
</ul>
${actionsMarkup(id, job)}
</header>`;
}

function timeMarkup(time: string): Html {
  return html`<time datetime="${time}">${dateText(time)}</time>`;
}

function documentPane(document: string, findings: readonly Quoted[]): Html {
  return html`<section class="pane document" aria-labelledby="document-title">
<h2 id="document-title">The document</h2>
<p class="legend">Marked: <span class="key must">must have</span> <span class="key nice">nice to have</span> <span class="key plain">other findings</span>${findings.some(({ tone }) => tone === "unread") && html` <span class="key unread">not understood</span>`}</p>
<pre dir="auto">${documentMarkup(document, findings)}</pre>
</section>`;
}

type Numbers = ReadonlyMap<Finding, Quoted>;

function findingsPane(groups: readonly Group[], numbers: Numbers): Html {
  return html`<section class="pane findings" aria-labelledby="findings-title">
<h2 id="findings-title">${numbers.size > 0 ? "What was understood" : "What is known"}</h2>
${groups.filter(isWorthSaying).map((group) => groupMarkup(group, numbers))}
</section>`;
}

/** A job without benefits is worth saying; that nothing had to be repaired is not. */
function isWorthSaying({ name, parts }: Group): boolean {
  return (name !== "repairs" && name !== "unread") || parts.some(({ findings }) => findings.length > 0);
}

function groupMarkup({ name, title, parts }: Group, numbers: Numbers): Html {
  const count = parts.reduce((sum, { findings }) => sum + findings.length, 0);
  return html`<section class="group ${name}" aria-labelledby="${name}-title">
<h3 id="${name}-title">${title}${name !== "job" && html` <span class="count">${count}</span>`}</h3>
${count === 0 ? html`<p class="absent">Nothing found</p>` : parts.map((part) => partMarkup(part, numbers))}
</section>`;
}

function partMarkup({ title, findings }: Part, numbers: Numbers): Html {
  return html`<div class="part">
${title !== null && html`<h4>${title}</h4>`}
${
  findings.length === 0
    ? html`<p class="absent">Nothing found</p>`
    : html`<ul role="list">
${findings.map((finding) => findingMarkup(finding, numbers.get(finding) ?? null))}
</ul>`
}
</div>`;
}

function findingMarkup({ tone, text, details, quote }: Finding, quoted: Quoted | null): Html {
  return html`<li class="finding ${tone}"${quoted && html` id="finding-${quoted.number}"`}>
${quoted && quoteLink(quoted)}
<div dir="auto"><p>${text}</p>
${quote && !saysTheSame(text, quote.text) && html`<blockquote>${quote.text}</blockquote>`}
${details.length > 0 && html`<ul class="details" role="list">${details.map((detail) => html`<li>${detail}</li>`)}</ul>`}
</div>
</li>
`;
}

/** Whether a quote adds nothing to the text: they differ in marks such as those of Markdown. */
function saysTheSame(text: string, quote: string): boolean {
  return words(text) === words(quote);
}

function words(text: string): string {
  return text.replaceAll(/[\p{P}\p{S}\s]+/gu, " ").trim();
}

function quoteLink({ number, quote }: Quoted): Html {
  return html`<a class="number" href="#quote-${number}" aria-label="Quote ${number}, line ${quote.line}">${number}</a>`;
}
