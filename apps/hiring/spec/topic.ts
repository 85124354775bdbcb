/** What a heading, a lead-in or a label announces. `requirements` leaves open whether they are musts. */
export type Topic =
  | "must"
  | "nice"
  | "requirements"
  | "responsibilities"
  | "benefits"
  | "salary"
  | "location"
  | "experience"
  | "title"
  | "organisation"
  | "grade"
  | "about"
  | "process";
