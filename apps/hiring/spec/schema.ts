import { z } from "plinth";

/**
 * Where something was found. Lines and columns count from 1, columns in UTF-16 code units,
 * `endColumn` is exclusive. `text` is exactly that slice of the repaired document: see `sliceOf`.
 */
export const quote = z.object({
  text: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
});

/** A range as the document bounds it: "5+" has no maximum, "up to 10" no minimum, "3 days" has both alike. */
export const range = z.object({ min: z.number().nullable(), max: z.number().nullable() });

/** Something found, in clean prose, with the place it was read from. */
export const statement = z.object({ text: z.string(), quote });

export const arrangements = ["on-site", "hybrid", "remote"] as const;

/** One place where the work can be done; a job may name several. What the document leaves unsaid is null. */
export const location = z.object({
  place: z.string().nullable(),
  arrangement: z.enum(arrangements).nullable(),
  officeDays: range.nullable().describe("Days in the office per week."),
  restriction: z.string().nullable().describe("Who or where it is limited to, in the document's words."),
  quote,
});

export const payPeriods = ["hour", "day", "week", "month", "year"] as const;

export const salary = z.object({
  currency: z
    .string()
    .length(3)
    .nullable()
    .describe("ISO 4217; null where a sign such as $ names several currencies and nothing tells which."),
  currencyQuote: quote
    .nullable()
    .describe("What the currency was read from: the sign, the code, or the country."),
  min: z.number().nullable(),
  max: z.number().nullable(),
  period: z.enum(payPeriods).nullable(),
  periodStated: z
    .boolean()
    .describe("False where `period` is the custom for such an amount and not the document's word."),
  equity: z.boolean(),
  note: z.string().nullable().describe("What else is said beside the amount: 'depending on experience'."),
  quote,
});

/** Years asked for: how many, and of what. `of` is null where they are years of work as such. */
export const experience = z.object({
  min: z.number().nullable(),
  max: z.number().nullable(),
  sweetSpot: range.nullable(),
  of: z.string().nullable(),
  quote,
});

/** What a requirement is about. The list is closed; `other` is the honest rest. */
export const categories = [
  "language",
  "framework",
  "api",
  "database",
  "messaging",
  "cloud",
  "infrastructure",
  "observability",
  "architecture",
  "security",
  "testing",
  "data",
  "design",
  "practice",
  "leadership",
  "communication",
  "education",
  "experience",
  "domain",
  "other",
] as const;

export const kinds = ["must", "nice"] as const;

export const requirement = z.object({
  kind: z.enum(kinds),
  category: z.enum(categories),
  text: z.string(),
  skills: z.array(z.string()).describe("Canonical names, in the order in which the text names them."),
  years: range.nullable(),
  quote,
});

export const repairKinds = ["byte-order-mark", "utf-16", "windows-1252", "mojibake"] as const;

/** An encoding repair. The same repair done in many places is one entry with a count and its first place. */
export const repair = z.object({
  kind: z.enum(repairKinds),
  from: z
    .string()
    .nullable()
    .describe("What stood there, as misread; null where the whole document was meant."),
  to: z.string().nullable(),
  count: z.int().min(1),
  quote: quote.nullable(),
});

/** Something that matters but could not be understood, and why. It is reported and never guessed. */
export const unread = z.object({ reason: z.string(), quote });

export const jobSpec = z.object({
  title: statement,
  organisation: statement.nullable(),
  grade: statement.nullable(),
  locations: z.array(location),
  salary: salary.nullable(),
  experience: z.array(experience),
  responsibilities: z.array(statement),
  benefits: z.array(statement),
  requirements: z.array(requirement),
  repairs: z.array(repair),
  unread: z.array(unread),
});

export type Quote = z.infer<typeof quote>;
export type Range = z.infer<typeof range>;
export type Statement = z.infer<typeof statement>;
export type Location = z.infer<typeof location>;
export type Arrangement = (typeof arrangements)[number];
export type PayPeriod = (typeof payPeriods)[number];
export type Salary = z.infer<typeof salary>;
export type Experience = z.infer<typeof experience>;
export type Category = (typeof categories)[number];
export type Kind = (typeof kinds)[number];
export type Requirement = z.infer<typeof requirement>;
export type Repair = z.infer<typeof repair>;
export type RepairKind = (typeof repairKinds)[number];
export type Unread = z.infer<typeof unread>;
export type JobSpec = z.infer<typeof jobSpec>;
