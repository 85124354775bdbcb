import { z } from "plinth";
import { location, salary } from "../spec/schema.ts";
import type { Description } from "./description.ts";

/** A job in a few words: what a list shows of it, and what was advertised when it was opened. */
export const summary = z.object({
  reference: z.string().nullable(),
  title: z.string(),
  organisation: z.string().nullable(),
  locations: z.array(location.pick({ place: true, arrangement: true, restriction: true })),
  salary: salary.pick({ currency: true, min: true, max: true, period: true, equity: true }).nullable(),
  musts: z.int().nonnegative().describe("How many requirements must be met."),
  nices: z.int().nonnegative().describe("How many requirements are nice to have."),
});

export type Summary = z.infer<typeof summary>;

/** A job in a few words. */
export function summaryOf(reference: string | null, spec: Description): Summary {
  const count = (kind: string) => spec.requirements.filter((requirement) => requirement.kind === kind).length;
  return {
    reference,
    title: spec.title.text,
    organisation: spec.organisation?.text ?? null,
    locations: spec.locations.map(({ place, arrangement, restriction }) => ({
      place,
      arrangement,
      restriction,
    })),
    salary: spec.salary && paid(spec.salary),
    musts: count("must"),
    nices: count("nice"),
  };
}

function paid({ currency, min, max, period, equity }: NonNullable<Description["salary"]>) {
  return { currency, min, max, period, equity };
}
