import { service } from "plinth";
import { job } from "./job/job.ts";
import { openJobs } from "./job/openJobs.ts";

/**
 * Hiring for engineering teams. Public: it does not yet ask who is there, so whoever reaches it may do everything.
 * It listens on this machine alone unless it is told otherwise.
 */
export const hiring = service("hiring", {
  describe: "Reads job specs, and shows what it understood beside the words that say so.",
  entities: [job],
  views: [openJobs],
  public: true,
});
