import { z } from "plinth";

/**
 * What the people who want somebody call the job: the number of its requisition, or the name of its file.
 * Only one job of a tenant has it, also after it is closed.
 */
export const reference = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, "A reference has no control characters.")
  .refine((text) => text.isWellFormed(), "A reference is well-formed Unicode.");

/** Where nobody calls it anything, it has none. */
export const optionalReference = reference.nullable().default(null);
