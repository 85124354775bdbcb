import { type Html, html, type Page } from "plinth";
import type { Job } from "../job/job.ts";
import { summaryOf } from "../job/summary.ts";
import { page, statusMarkup } from "./layout.ts";
import { countText, dateText, payText, placeText } from "./wording.ts";

const PAGE_SIZE = 50;

/** All jobs, the newest first. */
export const homePage: Page = async ({ query, caller, atLeast, operations }) => {
  const { items, next } = await operations.list({
    caller,
    atLeast,
    entity: "job",
    filters: [],
    sort: [{ field: "createdAt", descending: true }],
    cursor: query.get("cursor") ?? null,
    limit: PAGE_SIZE,
  });
  const jobs = items.map((item) => JSON.parse(item) as { id: string; state: Job });
  return {
    html: page({
      title: "Jobs",
      kind: "home",
      main: html`<header class="head">
<h1>Jobs</h1>
<p>What each job asks for and offers, beside the words that say so.</p>
<p class="action"><a class="button" href="/import">Import a job spec</a></p>
</header>
${jobs.length === 0 ? noJobs() : html`<ul class="jobs" role="list">${jobs.map(jobMarkup)}</ul>`}
${next !== null && html`<p class="more"><a href="/?cursor=${encodeURIComponent(next)}">Older jobs</a></p>`}`,
    }),
  };
};

function noJobs(): Html {
  return html`<p class="more absent">There are none yet.</p>`;
}

function jobMarkup({ id, state: { reference, spec, status, createdAt } }: { id: string; state: Job }): Html {
  const { title, organisation, locations, salary, musts, nices } = summaryOf(reference, spec);
  return html`<li>
<article aria-labelledby="job-${id}">
<h2 id="job-${id}" dir="auto"><a href="/jobs/${encodeURIComponent(id)}">${title}</a></h2>
<p class="status-line">${statusMarkup(status)} <time datetime="${createdAt}">${dateText(createdAt)}</time></p>
<dl>
${fact("Organisation", organisation)}
${fact("Place", locations.map(placeText).join(" · "))}
${fact("Pay", salary && payText(salary))}
${fact("Asks for", `${countText(musts, "must-have")}, ${countText(nices, "nice-to-have")}`)}
</dl>
</article>
</li>
`;
}

function fact(name: string, value: string | null): Html | false {
  return !!value && html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`;
}
