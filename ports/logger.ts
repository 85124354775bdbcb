/** What a log line carries beside its message. Never a secret or personal data. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Structured log lines, for the people who run the service. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };
