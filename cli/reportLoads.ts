import { registerHooks } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Preloaded by `plinth dev`: tells the parent process of every file of the service, as it is loaded. */
registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:") && !url.includes("/node_modules/")) process.send?.(fileURLToPath(url));
    return next(url, context);
  },
});

/** A service does not outlive the one who watches it. */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
