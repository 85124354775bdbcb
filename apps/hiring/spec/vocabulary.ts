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

/**
 * The words by which documents announce their parts. The first line that fits decides, so the order is
 * part of the meaning: "not essential" is tried before "essential", "interview" before "what you should".
 */
const announcements: readonly (readonly [Topic, RegExp])[] = [
  [
    "grade",
    /^(?:grade|pay grade|job grade|gs|gs grade|band|pay band|job level|grade level|civil service grade)$/,
  ],
  [
    "title",
    /^(?:(?:job|position|role|vacancy) title|title|position|role|vacancy|job|opening|job name|position name|post|post title|designation|role name)$/,
  ],
  [
    "organisation",
    /^(?:company|organi[sz]ation|employer|company name|client|department|agency|hiring organi[sz]ation)$/,
  ],
  [
    "about",
    /^(?:start|starting|duration|notice period|hours|job type|reports? to|reporting to|reference|ref|industry|direct reports)$|^(?:travel|work(?:ing)? (?:schedule|hours|time)|(?:number of )?(?:vacancies|openings)|supervisory status|appointment|physical|employment type|contract|start date)\b/,
  ],
  [
    "process",
    /\b(?:r[eé]sum[eé]s?|cvs?|cover(?:ing)? letters?|documents?|how (?:do i|to|you(?:'ll)?) apply|apply(?:ing)? (?:for|now|here)|application (?:process|form|procedure))\b/,
  ],
  [
    "nice",
    /\bnot (?:essential|required|mandatory|necessary|expected|must)\b|\bno(?:t a)? (?:deal ?breakers?|must)\b/,
  ],
  ["nice", /\b(?:nice|good|great|lovely)[ -]to[ -](?:haves?|know|see)\b|\bnice if\b|\bnice[ -]to[ -]have/],
  [
    "nice",
    /\b(?:desirables?|desired|preferred|preferable|preferably|preferences?|optional|ideally|advantageous|beneficial|welcome)\b/,
  ],
  [
    "nice",
    /\bbonus (?:points?|skills?|qualifications?|if|experience|for)\b|^(?:a )?(?:bonus|bonuses|plus|pluses|extras?|extra credit)$|\bbrownie points\b|\bextra points\b/,
  ],
  [
    "nice",
    /\b(?:would|will|could|may|might) (?:also )?be (?:an? )?(?:\w+ )?(?:advantage|asset|plus|bonus|great|nice|helpful|useful|good)\b|\b(?:is|are|it'?s|considered) an? (?:\w+ )?(?:plus|bonus|advantage|asset)\b/,
  ],
  [
    "nice",
    /\b(?:a|big|huge|definite|strong) plus\b|\bset you apart\b|\bstand out\b|\beven better if\b|\b(?:may|might) (?:also )?have\b|\bwe'?d (?:also )?(?:love|like)\b|\b(?:great|good|lovely|awesome|ideal|helpful|cool) if\b|\badvantages?$|\bicing on the cake\b/,
  ],
  [
    "must",
    /\b(?:essentials?|required|mandatory|must(?:[ -]haves?)?|non[ -]negotiables?|prerequisites?|necessary)\b|\b(?:minimum|basic|key|core) (?:qualifications?|requirements?|criteria|eligibility)\b|\bcritical requirements?\b/,
  ],
  [
    "must",
    /\b(?:specialized|specialised) (?:experience|requirements?)\b|\bwhat we (?:expect|require)\b|\byou need to have\b|\byou(?:'ll| will)? (?:absolutely|definitely) need\b|\bto qualify\b/,
  ],
  [
    "process",
    /\bhow (?:we|you)(?:'ll| will)?(?: be)? assess(?:ed)?\b|^(?:(?:the |these |following |civil service )*behaviours|success profiles)$|\b(?:these|following) behaviours\b/,
  ],
  ["requirements", /\bassess(?:ed)? (?:you )?against\b/],
  [
    "process",
    /\b(?:interviews?|selection process|hiring process|recruitment process|application|applicants? should|next steps?|sift|how we hire|^(?:the |our )?process$|what happens next|feedback|timeline|closing date|deadline)\b/,
  ],
  [
    "process",
    /\b(?:equal (?:opportunit\w+|employment)|eeo|privacy|legal|disclaimer|accommodations?|reasonable adjustments?|contact(?: us| details)?|how to join|background checks?|download|info(?:rmation)? sessions?)\b|\b(?:diversity|inclusion)\b.*\b(?:statement|commitment|policy)\b/,
  ],
  [
    "experience",
    /\bexperience (?:range|level|required|needed)\b|\byears of experience\b|\byears? experience\b|\b(?:required|total|relevant|minimum) years\b/,
  ],
  [
    "about",
    /\babout (?:the |this |our |us\b|working)|^(?:introduction|intro|summary|overview|background|context|mission|purpose|important|description|job description|basic info\w*|key (?:facts|details|information)|at a glance)$|\b(?:job|role|position|team|company) (?:summary|overview|purpose|description|profile|information|details)\b/,
  ],
  [
    "about",
    /\b(?:who we are|what we do|why we exist|our (?:story|mission|values|culture|team|company|vision|product|stack|tech(?:nology)? stack|technologies|client)|meet the team|the (?:team|company|opportunity|project|client|product|stack)|tech(?:nology|nical)? stack(?: we use)?$|company|culture|values)\b/,
  ],
  [
    "about",
    /^(?:our |the )?(?:tech|tools?|tooling|toolset|technologies)(?: (?:and|&) (?:tools|technologies|tech))?(?: (?:we|you(?:'ll)?) (?:use|work with))?$/,
  ],
  [
    "benefits",
    /\b(?:benefits?|perks?|what we(?:'ll| will| can)? (?:offer|give|provide)|we offer|our offer|what you(?:'ll| will| can)? (?:get|receive|gain)|in it for you|what'?s on offer|why (?:join|work|choose|us|you'?ll (?:love|like|enjoy))|reasons to join|rewards?|we provide|you(?:'ll| will) (?:get|receive))\b/,
  ],
  [
    "salary",
    /\b(?:salary|salaries|compensation|pay(?: ?range| rate| scale| band)?|remuneration|wages?|day rate|hourly rate|rate|ote|payrange|package)\b/,
  ],
  [
    "location",
    /\b(?:locations?|where you(?:'ll| will) (?:work|be)|where we work|where is|where this|place of work|workplace|work (?:site|arrangement|model|mode|setup)|working (?:pattern|arrangements?|model)|office|based (?:in|at)|remote|base)\b/,
  ],
  [
    "responsibilities",
    /\b(?:responsibilit\w+|duties|accountabilit\w+|(?:key )?objectives?|deliverables|what you(?:'ll| will|'d)? (?:\w+ )?(?:do|be (?:doing|responsible)|work on|own|build|lead|deliver)|(?:key|main|core|primary) (?:tasks?|activities|functions)|day[ -]to[ -]day|a (?:typical )?day|your (?:role|mission|tasks?|impact|work|focus|job|day|contribution)|in this (?:role|position|job)|the (?:role|job|work)(?: involves?| includes?)?|scope(?: of (?:work|the role))?|you(?:'ll| will) be (?:responsible|doing|working)|responsible for|how you(?:'ll| will) (?:make|contribute|help|spend))\b/,
  ],
  [
    "requirements",
    /\b(?:requirements?|qualifications?|skills?|skillset|criteria|competenc\w+|expertise|knowledge|capabilit\w+|experience|education|certifications?|credentials?|person specification|candidate (?:profile|specification|requirements))\b/,
  ],
  [
    "requirements",
    /\b(?:what you(?:'ll| will)? (?:bring|need|have)|what you(?:'ve| have) (?:got|done)|you(?:'ll| will)? (?:have|bring|need|possess|demonstrate)|you(?:'ve| have) (?:got)?|you (?:are|should|might|may|can|could)|you're|who you are|about you|what makes you|your (?:profile|background|experience|skills|strengths|superpowers)|(?:the |our |your )?(?:ideal|successful|right|strong|perfect|best) (?:candidates?|person|applicants?|fit)|profile|(?:what|who) (?:we'?re|we are|we) (?:look(?:ing)? for|seek(?:ing)?|need|want)|we(?:'re| are) looking for|looking for|we need)\b/,
  ],
  ["responsibilities", /\byou(?:'ll| will)\b/],
];

/** Whole lines that are a section's name even where nothing marks them as a heading. */
const sectionName =
  /^(?:(?:key |core |main |job |minimum |basic |preferred |required |technical |soft |additional |desired |essential |desirable )*(?:requirements?|qualifications?|responsibilities|skills|duties|benefits|perks|criteria|experience|education|compensation|salary|location|objectives|competencies|must[ -]haves?|nice[ -]to[ -]haves?|essentials?|desirables?|preferred|required|optional|bonus|pluses|tasks)(?: (?:and|&|\/) (?:\w+ )?(?:requirements?|qualifications?|responsibilities|skills|duties|benefits|perks|experience|expertise|compensation))?|(?:job|role|position|company|team) (?:summary|overview|purpose|profile|description)|summary|(?:main |key |core |other )?duties(?: of the (?:job|role|post))?|(?:job |main )responsibilities|person specification|selection criteria|about (?:us|you|the (?:role|job|team|company|position)|this role)|what you(?:'ll| will)? (?:do|bring|need|get|be doing|have)|what we offer|who (?:we|you) are|why join(?: us)?|how to apply|you (?:have|are|will|bring)|you'll (?:have|bring|need)|bonus points|job description|our stack|the (?:role|team|company)|(?:interview|hiring|application|selection) process|what we(?:'re| are) looking for)\??$/;

/** The part of a document that a heading, lead-in or label announces; null if its words say nothing of it. */
export function topicOf(announcement: string): Topic | null {
  const words = normal(announcement);
  return announcements.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

export function isSectionName(line: string): boolean {
  return line.length <= 60 && sectionName.test(normal(line));
}

/** Lower case, straight apostrophes, words apart: "Key_Objectives:" is "key objectives". */
export function normal(text: string): string {
  return text
    .slice(0, 300)
    .toLowerCase()
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/[‐‑]/g, "-")
    .replaceAll(/_/g, " ")
    .replaceAll(/[^\p{L}\p{N}'&/+#.,()?-]+/gu, " ")
    .replaceAll(/^[\s.,)-]+|[\s.,:(-]+$/g, "");
}

const fieldLabel =
  /^(?:(?:base |annual |gross |target )?(?:salary|pay|compensation|remuneration)(?: range| band| details)?|(?:day|hourly|daily)? ?rate|(?:job|work|office|primary)? ?locations?|grade|pay grade|band|company|employer|organi[sz]ation|job title|position title|work(?:ing)? (?:pattern|arrangement|model|mode)|workplace|remote)$/;

/** Whether a label names one fact about the job, wherever it stands: "Location: London" in any list. */
export function isFieldLabel(label: string): boolean {
  return label.length <= 40 && fieldLabel.test(normal(label));
}
