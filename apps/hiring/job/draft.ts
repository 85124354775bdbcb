import { z } from "plinth";
import { arrangements, categories, kinds, payPeriods } from "../spec/schema.ts";
import type { Description } from "./description.ts";
import { optionalReference } from "./reference.ts";

const LIST_MAX = 200;

const text = z.string().trim().min(1).max(2000);
const optionalText = text.nullable().default(null);
const texts = z.array(text).max(LIST_MAX).default([]);

/** Both ends are included; what is left out is open. */
const range = z
  .object({
    min: z.number().nonnegative().nullable().default(null),
    max: z.number().nonnegative().nullable().default(null),
  })
  .refine(({ min, max }) => min === null || max === null || min <= max, "The minimum is above the maximum.");
const optionalRange = range.nullable().default(null);

const location = z.object({
  place: optionalText,
  arrangement: z.enum(arrangements).nullable().default(null),
  officeDays: optionalRange.describe("Days in the office per week."),
  restriction: optionalText,
});

const salary = z.object({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "A currency is a code of ISO 4217, such as EUR.")
    .describe("ISO 4217."),
  amount: range,
  period: z.enum(payPeriods),
  equity: z.boolean().default(false),
  note: optionalText,
});

const requirement = z.object({
  kind: z.enum(kinds),
  category: z.enum(categories).default("other"),
  text,
  skills: texts,
  years: optionalRange,
});

const experience = z.object({ years: range, of: optionalText });

/** A job as a person writes it, without a document. */
export const draftInput = z.object({
  reference: optionalReference,
  title: text,
  organisation: optionalText,
  grade: optionalText,
  locations: z.array(location).max(LIST_MAX).default([]),
  salary: salary.nullable().default(null),
  experience: z.array(experience).max(LIST_MAX).default([]),
  requirements: z.array(requirement).max(LIST_MAX).default([]),
  responsibilities: texts,
  benefits: texts,
});

type Draft = z.output<typeof draftInput>;

/** The description of a job that a person has written. */
export function descriptionOf(draft: Draft): Description {
  return {
    title: written(draft.title),
    organisation: draft.organisation === null ? null : written(draft.organisation),
    grade: draft.grade === null ? null : written(draft.grade),
    locations: draft.locations.map((location) => ({ ...location, quote: null })),
    salary: draft.salary && describeSalary(draft.salary),
    experience: draft.experience.map(({ years, of }) => ({ ...years, of, sweetSpot: null, quote: null })),
    responsibilities: draft.responsibilities.map(written),
    benefits: draft.benefits.map(written),
    requirements: draft.requirements.map((requirement) => ({ ...requirement, quote: null })),
    repairs: [],
    unread: [],
  };
}

function written(text: string) {
  return { text, quote: null };
}

function describeSalary({ amount, ...salary }: NonNullable<Draft["salary"]>): Description["salary"] {
  return { ...salary, ...amount, periodStated: true, currencyQuote: null, quote: null };
}
