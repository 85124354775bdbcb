import { randomUUID } from "node:crypto";
import { type Form, type Html, html, type PageRequest, PlinthError, RefusedError } from "plinth";
import { uploads } from "../job/import.ts";
import { page } from "./layout.ts";

/** What a person has filled in, to be shown again where it was refused. */
interface Filled {
  readonly document: string;
  readonly reference: string;
  /** Of the form as it was shown: sent twice, it makes one job. */
  readonly key: string;
}

const MEDIA_TYPE = "text/markdown";

/** Where people hand in a job spec: as a file, or as text. */
export const importPage: Form = {
  get: () => ({ html: importMarkup({ document: "", reference: "" }, null) }),
  post: async (request) => {
    const filled = filledIn(request);
    try {
      return { redirect: `/jobs/${encodeURIComponent(await importJob(request, filled))}` };
    } catch (error) {
      const status = statusOf(error);
      if (status === null) throw error;
      return { status, html: importMarkup(filled, reasonOf(error as Error)) };
    }
  },
};

function filledIn({ form }: PageRequest): Filled {
  const text = (name: string) => {
    const value = form?.get(name);
    return typeof value === "string" ? value : "";
  };
  return { document: text("document"), reference: text("reference"), key: text("key") };
}

/** Imports the file where there is one, else the text; resolves to the id of the job. */
async function importJob({ form, caller, operations }: PageRequest, filled: Filled): Promise<string> {
  const file = form?.get("file");
  const isFile = file instanceof File && file.size > 0;
  const document = isFile ? await file.bytes() : new TextEncoder().encode(filled.document);
  const filename = filled.reference.trim() || (isFile ? file.name : null);
  const { id } = await operations.run({
    caller,
    entity: "job",
    command: "import",
    id: null,
    input: uploads[MEDIA_TYPE]!(document, { filename, mediaType: MEDIA_TYPE }),
    idempotencyKey: filled.key || null,
    expectedVersion: null,
  });
  return id;
}

const STATUS: Partial<Record<PlinthError["code"], number>> = {
  invalid_argument: 400,
  idempotency_key_reused: 422,
};

/** The status of a refusal that the person can mend in the form; null for everything else. */
function statusOf(error: unknown): number | null {
  if (error instanceof RefusedError) return 409;
  if (!(error instanceof PlinthError)) return null;
  return STATUS[error.code] ?? null;
}

function reasonOf(error: Error): string {
  const faults = error instanceof PlinthError ? error.errors.map(({ message }) => message) : [];
  return faults.length > 0 ? faults.join(" ") : error.message;
}

function importMarkup({ document, reference }: Omit<Filled, "key">, fault: string | null): Html {
  return page({
    title: fault === null ? "Import a job spec" : "The job spec was not imported",
    kind: "form",
    main: html`<header class="head">
<p class="back"><a href="/">All jobs</a></p>
<h1>${fault === null ? "Import a job spec" : "The job spec was not imported"}</h1>
${fault !== null && html`<p class="fault" id="fault" role="alert" dir="auto">${fault}</p>`}
</header>
<form method="post" action="/import" enctype="multipart/form-data">
<input type="hidden" name="key" value="${randomUUID()}">
<p class="field"><label for="file">A file, Markdown or plain text</label>
<input id="file" name="file" type="file" accept=".md,.markdown,.txt,text/markdown,text/plain"${fault !== null && html` aria-describedby="fault"`}></p>
<p class="field"><label for="document">Or its text</label>
<textarea id="document" name="document" rows="16" dir="auto" spellcheck="false"${fault !== null && html` aria-describedby="fault"`}>
${document}</textarea></p>
<p class="field"><label for="reference">Reference <span class="hint">The file's name, if left empty</span></label>
<input id="reference" name="reference" maxlength="255" autocomplete="off" value="${reference}"></p>
<p><button>Import</button></p>
</form>`,
  });
}
