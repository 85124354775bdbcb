import { type Upload, z } from "plinth";
import { type MediaType, readJobSpec } from "../spec/read.ts";
import type { JobSpec } from "../spec/schema.ts";
import { optionalReference } from "./reference.ts";

/** How the documents come that this service reads. */
export const mediaTypes = ["text/markdown", "text/plain"] as const satisfies readonly MediaType[];

const envelope = z.object({
  reference: optionalReference,
  document: z.string().describe("The job spec itself."),
  encoding: z
    .enum(["utf-8", "base64"])
    .default("utf-8")
    .describe("How the document is written here: as it is, or its bytes in Base64 (RFC 4648, section 4)."),
  mediaType: z.enum(mediaTypes).default("text/markdown"),
});

/** A job spec as it was understood. */
export interface Import {
  readonly reference: string | null;
  /** The text with its encoding repaired: what the quotes of `spec` point into. */
  readonly document: string;
  readonly mediaType: MediaType;
  readonly spec: JobSpec;
}

/** A document as it came. One that is no job spec is not valid, and the fault says what it is or lacks. */
export const importInput = envelope.transform((input, context): Import => {
  const { reference, mediaType } = input;
  const bytes = bytesOf(input);
  const reading = bytes
    ? readJobSpec(bytes, mediaType)
    : { ok: false as const, message: "The document is not valid Base64." };
  if (reading.ok) return { reference, mediaType, document: reading.document, spec: reading.spec };
  context.addIssue({ code: "custom", path: ["document"], message: reading.message });
  return z.NEVER;
});

function bytesOf({ document, encoding }: z.output<typeof envelope>): Uint8Array | null {
  if (encoding === "utf-8") return new TextEncoder().encode(document);
  try {
    return Uint8Array.fromBase64(document);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * A document that came as it is instead of in JSON. Its bytes are kept, since what looks broken as UTF-8 may be
 * whole in another encoding; its file name is its reference.
 */
function fromUpload(body: Uint8Array, { filename, mediaType }: Upload): unknown {
  return {
    reference: filename,
    document: body.toBase64(),
    encoding: "base64",
    mediaType,
  };
}

/** The media types that a job spec may come in beside JSON. */
export const uploads = Object.fromEntries(mediaTypes.map((type) => [type, fromUpload]));
