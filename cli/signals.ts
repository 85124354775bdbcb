import process from "node:process";
import type { Clock, Logger } from "@plinth/ports";
import { EXIT, type ExitCode } from "./failure.ts";

/** What can be stopped; resolves to whether all that was in flight is finished. */
interface Stoppable {
  stop(): Promise<boolean>;
}

/** What stopping needs. */
interface Stop {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly drainMs: number;
}

/** A terminal and a parent such as npm pass on the same Ctrl-C, one after the other, in milliseconds. */
const SAME_SIGNAL_MS = 500;

/** Who started the process. Read at once, since they may end before the service runs. */
const PARENT = process.ppid;
/** How often it is looked whether they are still there, in milliseconds. */
const LOOK_MS = 250;

/**
 * SIGTERM and SIGINT drain the service and end the process with 0; a second one ends it at once with 1, as does the
 * end of the time to stop in. The end of the shell through which npm starts a script counts as a SIGTERM. An error that
 * nobody caught drains it as well, and ends it with 1.
 */
export function stopOnSignals(running: Stoppable, { clock, logger, drainMs }: Stop): void {
  let stoppingSince: number | null = null;

  const giveUp = (message: string): never => {
    logger.error(message);
    process.exit(EXIT.failed);
  };

  const stop = async (exitCode: ExitCode) => {
    stoppingSince = clock.elapsed();
    setTimeout(() => giveUp("The service did not stop in time."), drainMs);
    const finished = await running
      .stop()
      .catch((error: Error) => giveUp(`The service did not stop: ${error.message}`));
    logger.info("Stopped.", { ms: Math.round(clock.elapsed() - stoppingSince), finished });
    process.exit(finished ? exitCode : EXIT.failed);
  };

  const onSignal = (signal: NodeJS.Signals) => {
    if (stoppingSince === null) {
      logger.info("Stopping.", { signal });
      void stop(EXIT.ok);
    } else if (clock.elapsed() - stoppingSince > SAME_SIGNAL_MS)
      giveUp("Stopped at once, by a second signal.");
  };

  const onOrphaned = () => stoppingSince === null && onSignal("SIGTERM");
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(onOrphaned);
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  process.on("uncaughtException", (error) => {
    logger.error("An error was not caught: the process ends.", { error: error.stack ?? String(error) });
    if (stoppingSince === null) void stop(EXIT.failed);
  });
}

/**
 * npm passes SIGTERM on to its shell alone. Where the shell dies of it, as dash does, the service would be left behind
 * with its port.
 */
function onceOrphaned(call: () => void): void {
  const look = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(look);
    call();
  }, LOOK_MS);
  look.unref();
}
