import type { Command } from "../command.ts";
import { backup } from "./backup.ts";
import { copy } from "./copy.ts";
import { dev } from "./dev.ts";
import { migrate } from "./migrate.ts";
import { parkDiscard } from "./park/discard.ts";
import { parkList } from "./park/list.ts";
import { parkReplay } from "./park/replay.ts";
import { parkShow } from "./park/show.ts";
import { rebuild } from "./rebuild.ts";
import { serve } from "./serve.ts";

/** Every command, in the order of `plinth --help`. */
export const COMMANDS: readonly Command[] = [
  serve,
  dev,
  migrate,
  rebuild,
  parkList,
  parkShow,
  parkReplay,
  parkDiscard,
  backup,
  copy,
];
