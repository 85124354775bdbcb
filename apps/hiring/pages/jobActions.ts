import { type Form, type Html, html, type PageRequest } from "plinth";
import type { Job } from "../job/job.ts";

/** Opens the job that was shown, and shows it again. */
export const openForm: Form = { post: (request) => command(request, "open", {}) };

/** Closes the job that was shown, for the reason given, and shows it again. */
export const closeForm: Form = {
  post: (request) => command(request, "close", { reason: request.form?.get("reason") ?? "" }),
};

async function command({ parameters, caller, operations }: PageRequest, name: string, input: unknown) {
  const { id } = await operations.run({
    caller,
    entity: "job",
    command: name,
    id: parameters.id!,
    input,
    idempotencyKey: null,
    expectedVersion: null,
  });
  return { redirect: `/jobs/${encodeURIComponent(id)}` };
}

/** What can be done next with a job. */
export function actionsMarkup(id: string, { status }: Job): Html | null {
  const path = `/jobs/${encodeURIComponent(id)}`;
  if (status === "draft")
    return html`<form class="action" method="post" action="${path}/open"><button>Open for applications</button></form>`;
  if (status === "closed") return null;
  return html`<details class="action">
<summary>Close this job</summary>
<form method="post" action="${path}/close">
<p class="field"><label for="reason">Why it is closed</label>
<input id="reason" name="reason" required maxlength="500" autocomplete="off"></p>
<button>Close for good</button>
</form>
</details>`;
}
