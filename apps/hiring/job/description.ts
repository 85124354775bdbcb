import { z } from "plinth";
import { experience, jobSpec, location, quote, requirement, salary, statement } from "../spec/schema.ts";

/** What was read from a document has the quote it came from; what a person wrote has none. */
const source = { quote: quote.nullable() };

/** What a job is, whether a document said so or a person. Every `JobSpec` is one. */
export const description = jobSpec.extend({
  title: statement.extend(source),
  organisation: statement.extend(source).nullable(),
  grade: statement.extend(source).nullable(),
  locations: z.array(location.extend(source)),
  salary: salary.extend(source).nullable(),
  experience: z.array(experience.extend(source)),
  responsibilities: z.array(statement.extend(source)),
  benefits: z.array(statement.extend(source)),
  requirements: z.array(requirement.extend(source)),
});

export type Description = z.infer<typeof description>;

/** What is said of a job before anything is said of it. */
export const blank: Description = {
  title: { text: "", quote: null },
  organisation: null,
  grade: null,
  locations: [],
  salary: null,
  experience: [],
  responsibilities: [],
  benefits: [],
  requirements: [],
  repairs: [],
  unread: [],
};
