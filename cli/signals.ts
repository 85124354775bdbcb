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

/**
 * SIGTERM and SIGINT drain the service and end the process with 0; a second one ends it at once with 1, as does the
 * end of the time to stop in. An error that nobody caught drains it as well, and ends it with 1.
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

  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  process.on("uncaughtException", (error) => {
    logger.error("An error was not caught: the process ends.", { error: error.stack ?? String(error) });
    if (stoppingSince === null) void stop(EXIT.failed);
  });
}
