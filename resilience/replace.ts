import { registerHooks } from "node:module";
import { env } from "node:process";
import type { Replacement } from "./replacing.ts";

/**
 * Preloaded by services that are broken on purpose, into their threads too (`NODE_OPTIONS=--import`): replaces pieces of
 * source files as they are loaded. A piece that is not there, or not once, ends the process with words about it.
 */
const replacements: readonly Replacement[] = JSON.parse(env.REPLACEMENTS ?? "[]");

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const here = replacements.filter(({ file }) => url.endsWith(`/${file}`));
    if (here.length === 0) return loaded;
    return { ...loaded, source: here.reduce(replaced, String(loaded.source)) };
  },
});

function replaced(source: string, { file, from, to }: Replacement): string {
  const times = source.split(from).length - 1;
  if (times !== 1)
    throw new Error(
      `${file} has this piece ${times} times instead of once: ${from}\nWhat breaks it on purpose must follow the change.`,
    );
  return source.replace(from, () => to);
}
