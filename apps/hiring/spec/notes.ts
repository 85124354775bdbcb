import type { JobSpec } from "./schema.ts";

/** A job spec in short: what a reader would note down. */
export function notes({
  title,
  organisation,
  grade,
  locations,
  salary,
  experience,
  requirements,
  responsibilities,
  benefits,
  unread,
}: JobSpec) {
  const ofKind = (kind: string) =>
    requirements.filter((entry) => entry.kind === kind).map(({ text }) => text);
  return {
    title: title.text,
    organisation: organisation?.text ?? null,
    grade: grade?.text ?? null,
    locations: locations.map(({ place, arrangement, officeDays, restriction }) => [
      place,
      arrangement,
      officeDays,
      restriction,
    ]),
    salary: salary && [salary.currency, salary.min, salary.max, salary.period],
    experience: experience.map(({ min, max, of }) => [min, max, of]),
    must: ofKind("must"),
    nice: ofKind("nice"),
    duties: responsibilities.length,
    benefits: benefits.length,
    unread: unread.map(({ reason }) => reason),
  };
}

/** What most documents leave out. */
export const nothing = {
  organisation: null,
  grade: null,
  locations: [],
  salary: null,
  experience: [],
  benefits: 0,
  unread: [],
};
