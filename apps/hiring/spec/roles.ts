/** Nouns that name what someone is by profession, whatever the field of work. */
const roleNoun = new RegExp(
  `\\b(?:accountant|actuary|administrator|advis[eo]r|advocate|agent|analyst|apprentice|architect|artist|assistant|associate|
  attorney|auditor|buyer|captain|chief|clerk|coach|consultant|controller|coordinator|co-ordinator|counsel|counsellor|
  dba|designer|developer|devops|director|doctor|driver|editor|electrician|engineer|evangelist|examiner|executive|expert|facilitator|
  fellow|fellowship|founder|generalist|governor|graduate|hacker|head of|inspector|instructor|intern|internship|investigator|
  journalist|lawyer|lead|leader|lecturer|librarian|machinist|manager|marketer|master|mechanic|mentor|modeller|nurse|officer|operator|
  owner|partner|pharmacist|physicist|pilot|planner|policymaker|practitioner|president|principal|producer|professor|programmer|
  recruiter|registrar|reporter|representative|researcher|reviewer|roles?|scientist|secretary|solicitor|specialist|
  sre|statistician|steward|strategist|supervisor|surveyor|sysadmin|teacher|technician|technologist|tester|therapist|
  trainee|trainer|translator|tutor|veterinarian|vp|vice president|writer|ceo|cto|cio|ciso|cfo|coo|cpo|head of profession)s?\\b`.replaceAll(
    /\s*\n\s*/g,
    "",
  ),
  "i",
);

/** What is written about roles, and the names of a document's parts, are not roles. */
const notARole =
  /^(?:how|why|what|when|where|who|the (?:role|team|company)|about|your|our|we|you|a guide|guide|welcome|meet|notes?|minutes|re:|dear|hi|hello|responsibilit|requirement|qualification|skills?\b|experience\b|summary|overview|benefit|report(?:s|ing)\b|key )\b|[.!?]$/i;

export function looksLikeRole(text: string): boolean {
  return text.length >= 3 && text.length <= 120 && roleNoun.test(text) && !notARole.test(text);
}

/** "TTS Fellowships Office" holds such a noun, but names an office; "Innovation Fellows" are many, not a job. */
export function endsInRole(text: string): boolean {
  const last = text
    .replace(/\s*\([^)]*\)$/, "")
    .split(" ")
    .at(-1)!;
  return looksLikeRole(last) && !/[^s]s$/i.test(last);
}
