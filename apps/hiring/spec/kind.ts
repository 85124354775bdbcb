import type { Kind } from "./schema.ts";
import type { Topic } from "./topic.ts";

const niceWords =
  "(?:(?:highly|strongly|very) )?(?:nice[ -]to[ -]have|good[ -]to[ -]have|preferred|preferable|preferably|desirable|desired|optional|advantageous|beneficial|(?:a|an)(?: (?:big|huge|definite|strong|real|major))? (?:plus|bonus|advantage|asset)|plus|bonus|not (?:essential|required|mandatory))";
const mustWords =
  "(?:(?:strictly|absolutely) )?(?:required|mandatory|essential|(?:a )?must(?:[ -]have)?|non[ -]negotiable)";

/** "Ideally, …", "Bonus: …", "Nice to have – …" */
const startsNice = new RegExp(
  `^(?:ideally\\b|${niceWords}\\s?(?:[:–—-]|\\bif\\b|\\bpoints\\b)|bonus points\\b|it would be (?:great|nice|a plus|helpful))`,
  "i",
);
const startsMust = new RegExp(`^(?:${mustWords}\\s?[:–—-])`, "i");

/** "… (preferred)", "… is a plus.", "… would be an advantage" */
const endsNice = new RegExp(
  `(?:[([]${niceWords}[)\\]]|(?:\\b(?:is|are|would be|will be|considered)|[–—,-])\\s(?:also |considered )?${niceWords}|\\s(?:preferred|desirable|desired)(?:,? (?:but|though|although) not \\w+)?)\\s?[.!]?$`,
  "i",
);
const endsMust = new RegExp(
  `(?:[([]${mustWords}[)\\]]|(?:\\b(?:is|are|experience)|[–—,-])\\s${mustWords}(?: for [^.,;]{1,40})?|\\s(?:required|mandatory))\\s?[.!]?$`,
  "i",
);

/**
 * What a requirement says of itself counts more than the section it stands in, but only where it says it of
 * itself as a whole: at its very start or its very end. "Master's degree (PhD preferred)" stays a must,
 * and so does "C#, ideally on .NET": the wish there is for a part.
 */
export function kindOf(text: string, topic: Topic | null): Kind {
  if (startsNice.test(text)) return "nice";
  if (startsMust.test(text)) return "must";
  const tail = text.slice(-160);
  if (endsNice.test(tail) && !isPart(tail)) return "nice";
  if (endsMust.test(tail)) return "must";
  return topic === "nice" ? "nice" : "must";
}

const declined =
  /,?\s(?:but |though |although )?not (?:strictly )?(?:essential|required|mandatory|necessary|needed)\b/gi;

/** "(PostgreSQL preferred)" and "Fluent English; German is a plus" wish for the part beside it. */
function isPart(text: string): boolean {
  const tail = text.replaceAll(declined, "");
  const isMixed =
    new RegExp(`\\b${mustWords}\\b`, "i").test(tail) ||
    /,[^,]*\s(?:preferred|desirable|desired)\s?[.!]?$/i.test(tail);
  const inBrackets = /[([][^)\]]+\s(?:preferred|desirable|a plus|a bonus)[)\]]\s?[.!]?$/i.test(tail);
  return (
    isMixed ||
    inBrackets ||
    /[;.]\s[^;.]+[.!]?$/.test(tail) ||
    /,\s(?:ideally|preferably)\b[^,]*$/i.test(tail)
  );
}
