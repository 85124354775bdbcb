import { line, start, words } from "./phrases.ts";
import type { Topic } from "./topic.ts";

/**
 * The words by which documents announce their parts. The first entry that fits decides, so the order is
 * part of the meaning: "not essential" is tried before "essential", "interview" before "what you should".
 */
export const announcements: readonly (readonly [Topic, RegExp])[] = [
  [
    "grade",
    line`
      grade
      pay grade
      job grade
      gs
      gs grade
      band
      pay band
      job level
      grade level
      civil service grade
    `,
  ],
  [
    "title",
    line`
      (?:job|position|role|vacancy) title
      title
      position
      role
      vacancy
      job
      opening
      job name
      position name
      post
      post title
      designation
      role name
    `,
  ],
  [
    "organisation",
    line`
      company
      organi[sz]ation
      employer
      company name
      client
      department
      agency
      hiring organi[sz]ation
    `,
  ],
  [
    "about",
    line`
      start
      starting
      duration
      notice period
      hours
      job type
      reports? to
      reporting to
      reference
      ref
      industry
      direct reports
    `,
  ],
  [
    "about",
    start`
      travel
      work(?:ing)? (?:schedule|hours|time)
      (?:number of )?(?:vacancies|openings)
      supervisory status
      appointment
      physical
      employment type
      contract
      start date
    `,
  ],
  [
    "process",
    words`
      r[eé]sum[eé]s?
      cvs?
      cover(?:ing)? letters?
      documents?
      how (?:do i|to|you(?:'ll)?) apply
      apply(?:ing)? (?:for|now|here)
      application (?:process|form|procedure)
    `,
  ],
  [
    "nice",
    words`
      not (?:essential|required|mandatory|necessary|expected|must)
      no(?:t a)? (?:deal ?breakers?|must)
      (?:nice|good|great|lovely)[ -]to[ -](?:haves?|know|see)
      nice if
      nice[ -]to[ -]have
      desirables?
      desired
      preferred
      preferable
      preferably
      preferences?
      optional
      ideally
      advantageous
      beneficial
      welcome
    `,
  ],
  [
    "nice",
    line`
      (?:a )?(?:bonus|bonuses|plus|pluses|extras?|extra credit)
    `,
  ],
  [
    "nice",
    words`
      bonus (?:points?|skills?|qualifications?|if|experience|for)
      brownie points
      extra points
      (?:would|will|could|may|might) (?:also )?be (?:an? )?(?:\w+ )?(?:advantage|asset|plus|bonus|great|nice|helpful|useful|good)
      (?:is|are|it'?s|considered) an? (?:\w+ )?(?:plus|bonus|advantage|asset)
      (?:a|big|huge|definite|strong) plus
      set you apart
      stand out
      even better if
      (?:may|might) (?:also )?have
      we'?d (?:also )?(?:love|like)
      (?:great|good|lovely|awesome|ideal|helpful|cool) if
      advantages?$
      icing on the cake
    `,
  ],
  [
    "must",
    words`
      essentials?
      required
      mandatory
      must(?:[ -]haves?)?
      non[ -]negotiables?
      prerequisites?
      necessary
      (?:minimum|basic|key|core) (?:qualifications?|requirements?|criteria|eligibility)
      critical requirements?
      (?:specialized|specialised) (?:experience|requirements?)
      what we (?:expect|require)
      you need to have
      you(?:'ll| will)? (?:absolutely|definitely) need
      to qualify
    `,
  ],
  [
    "process",
    line`
      (?:the |these |following |civil service )*behaviours
      success profiles
    `,
  ],
  [
    "process",
    words`
      how (?:we|you)(?:'ll| will)?(?: be)? assess(?:ed)?
      (?:these|following) behaviours
    `,
  ],
  [
    "requirements",
    words`
      assess(?:ed)? (?:you )?against
    `,
  ],
  [
    "process",
    words`
      interviews?
      selection process
      hiring process
      recruitment process
      application
      applicants? should
      next steps?
      sift
      how we hire
      ^(?:the |our )?process$
      what happens next
      feedback
      timeline
      closing date
      deadline
      equal (?:opportunit\w+|employment)
      eeo
      privacy
      legal
      disclaimer
      accommodations?
      reasonable adjustments?
      contact(?: us| details)?
      how to join
      background checks?
      download
      info(?:rmation)? sessions?
      (?:diversity|inclusion)\b.*\b(?:statement|commitment|policy)
    `,
  ],
  [
    "experience",
    words`
      experience (?:range|level|required|needed)
      years of experience
      years? experience
      (?:required|total|relevant|minimum) years
    `,
  ],
  [
    "about",
    line`
      introduction
      intro
      summary
      overview
      background
      context
      mission
      purpose
      important
      description
      job description
      basic info\w*
      key (?:facts|details|information)
      at a glance
    `,
  ],
  [
    "about",
    words`
      about (?:the |this |our |us\b|working)
      (?:job|role|position|team|company) (?:summary|overview|purpose|description|profile|information|details)
      who we are
      what we do
      why we exist
      our (?:story|mission|values|culture|team|company|vision|product|stack|tech(?:nology)? stack|technologies|client)
      meet the team
      the (?:team|company|opportunity|project|client|product|stack)
      tech(?:nology|nical)? stack(?: we use)?$
      company
      culture
      values
    `,
  ],
  [
    "about",
    line`
      (?:our |the )?(?:tech|tools?|tooling|toolset|technologies)(?: (?:and|&) (?:tools|technologies|tech))?(?: (?:we|you(?:'ll)?) (?:use|work with))?
    `,
  ],
  [
    "benefits",
    words`
      benefits?
      perks?
      what we(?:'ll| will| can)? (?:offer|give|provide)
      we offer
      our offer
      what you(?:'ll| will| can)? (?:get|receive|gain)
      in it for you
      what'?s on offer
      why (?:join|work|choose|us|you'?ll (?:love|like|enjoy))
      reasons to join
      rewards?
      we provide
      you(?:'ll| will) (?:get|receive)
    `,
  ],
  [
    "salary",
    words`
      salary
      salaries
      compensation
      pay(?: ?range| rate| scale| band)?
      remuneration
      wages?
      day rate
      hourly rate
      rate
      ote
      payrange
      package
    `,
  ],
  [
    "location",
    line`
      where
    `,
  ],
  [
    "location",
    words`
      locations?
      where you(?:'ll| will) (?:work|be)
      where we work
      where is
      where this
      place of work
      workplace
      work (?:site|arrangement|model|mode|setup)
      working (?:pattern|arrangements?|model)
      office
      based (?:in|at)
      remote
      base
    `,
  ],
  [
    "responsibilities",
    words`
      responsibilit\w+
      duties
      accountabilit\w+
      (?:key )?objectives?
      deliverables
      what you(?:'ll| will|'d)? (?:\w+ )?(?:do|be (?:doing|responsible)|work on|own|build|lead|deliver)
      (?:key|main|core|primary) (?:tasks?|activities|functions)
      day[ -]to[ -]day
      a (?:typical )?day
      your (?:role|mission|tasks?|impact|work|focus|job|day|contribution)
      in this (?:role|position|job)
      the (?:role|job|work)(?: involves?| includes?)?
      scope(?: of (?:work|the role))?
      you(?:'ll| will) be (?:responsible|doing|working)
      responsible for
      how you(?:'ll| will) (?:make|contribute|help|spend)
    `,
  ],
  [
    "requirements",
    words`
      requirements?
      qualifications?
      skills?
      skillset
      criteria
      competenc\w+
      expertise
      knowledge
      capabilit\w+
      experience
      education
      certifications?
      credentials?
      person specification
      candidate (?:profile|specification|requirements)
      what you(?:'ll| will)? (?:bring|need|have)
      what you(?:'ve| have) (?:got|done)
      you(?:'ll| will)? (?:have|bring|need|possess|demonstrate)
      you(?:'ve| have) (?:got)?
      you (?:are|should|might|may|can|could)
      you're
      who you are
      about you
      what makes you
      your (?:profile|background|experience|skills|strengths|superpowers)
      (?:the |our |your )?(?:ideal|successful|right|strong|perfect|best) (?:candidates?|person|applicants?|fit)
      profile
      (?:what|who) (?:we'?re|we are|we) (?:look(?:ing)? for|seek(?:ing)?|need|want)
      we(?:'re| are) looking for
      looking for
      we need
    `,
  ],
  [
    "requirements",
    line`
      you
    `,
  ],
  [
    "responsibilities",
    words`
      you(?:'ll| will)
    `,
  ],
];
