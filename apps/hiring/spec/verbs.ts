/** What duties begin with: "Design services", "Designing services", "Designs services". */
const duties = new Set(
  `accelerate achieve act adapt address administer advance advise advocate analyse analyze answer anticipate
  apply architect articulate ask assess assist assure attend audit automate balance be benchmark bring build
  calculate capture care carry chair challenge champion check clarify coach code collaborate collect
  commission communicate conduct configure consider consult contribute coordinate craft create cultivate
  curate debug define delegate deliver demonstrate deploy deputise design determine develop devise diagnose
  direct discover document draft drive educate embed employ empower enable encode encourage engage engineer
  enhance ensure escalate establish estimate evaluate evolve execute expand explain explore extend facilitate
  feed find fix focus forecast formulate foster gain gather generate give govern grow guide handle help hire
  hold hone identify implement improve influence inform innovate inspect inspire install instil instill
  integrate interpret introduce invest investigate iterate join keep launch lead learn leverage liaise listen
  maintain make manage map maximise maximize measure meet mentor migrate mitigate mobilise model monitor
  motivate navigate negotiate nurture obtain offer onboard operate optimise optimize orchestrate organise
  organize orient oversee own participate partner perform pick plan play practice prepare present prioritise
  prioritize procure produce promote propose protect prototype prove provide provision publicise publish raise
  rationalise realise receive recommend reconcile recruit rectify reduce refactor refine remediate remove
  report represent research resolve respond retain reuse review run scale secure seek sell serve set shape
  share ship simplify solve source specify sponsor spot standardise standardize start stay steer steward
  streamline strengthen strive submit suggest supervise support sustain synthesise tackle tailor take teach
  test think track train transform transition translate triage troubleshoot unblock understand undertake
  unlock update uphold use utilise utilize validate verify visit weigh work write`.split(/\s+/),
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
