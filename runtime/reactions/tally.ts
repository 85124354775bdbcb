/** What a reactor has done in this process since it started, for metrics. */
export class Tally {
  /** Events that were handled. */
  handled = 0;
  /** Attempts that failed and are to be made again. */
  retried = 0;
  /** Events that were parked for a person to decide on. */
  parked = 0;
}
