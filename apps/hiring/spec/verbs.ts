/** What duties begin with: "Design services", "Designing services", "Designs services". */
const duties = new Set(
  `accelerate achieve act adapt address administer advance advise advocate analyse analyze answer anticipate apply
  architect articulate ask assess assist assure attend audit automate balance be benchmark bring build calculate
  capture care carry challenge champion check clarify coach code collaborate collect communicate conduct configure
  consider consult contribute coordinate craft create cultivate debug define deliver demonstrate deploy design
  determine develop devise diagnose direct discover document draft drive educate employ empower enable encourage
  engage engineer enhance ensure escalate establish evaluate evolve execute explain explore extend facilitate feed
  find fix focus forecast foster gain gather generate give grow guide handle help hire hold identify implement
  improve influence inform innovate inspire install integrate interpret introduce investigate iterate join keep
  launch lead learn leverage liaise listen maintain make manage map maximise mentor migrate mitigate model monitor
  negotiate nurture offer onboard operate optimise optimize orchestrate organise organize orient oversee own
  participate partner perform pick plan play practice prepare present prioritise prioritize produce promote propose
  protect prototype prove provide publicise publish raise rationalise recommend recruit reduce refactor refine
  report represent research resolve respond retain reuse review run scale secure seek sell serve set shape share ship
  solve source sponsor spot start stay steer steward streamline strengthen submit suggest supervise support sustain
  take teach test think track train transform transition translate triage troubleshoot understand undertake update
  uphold use utilise utilize validate visit work write`.split(/\s+/),
);

const adverb = /ly$/;

/** Whether a text begins as a duty does, with a verb; adverbs before it do not count. */
export function startsWithVerb(text: string): boolean {
  const words =
    text
      .toLowerCase()
      .match(/[a-z-]+/g)
      ?.slice(0, 3) ?? [];
  const first = words.find((word) => !adverb.test(word)) ?? "";
  return isVerb(first);
}

function isVerb(word: string): boolean {
  if (word === "is" || duties.has(word) || duties.has(word.replace(/^(?:co|re|self)-/, ""))) return true;
  if (/.{3}ing$/.test(word)) return true;
  return (
    duties.has(word.replace(/s$/, "")) ||
    duties.has(word.replace(/es$/, "")) ||
    duties.has(word.replace(/ies$/, "y"))
  );
}
