import { styleText } from "node:util";
import type { Clock, LogFields, Logger } from "@plinth/ports";

type Level = "info" | "warn" | "error";
type Format = (time: Date, level: Level, message: string, fields: LogFields) => string;

/** One JSON object a line: `time` (ISO 8601 in UTC), `level`, `message`, then the fields, which cannot replace them. */
export function jsonLog(write: (line: string) => void, clock: Clock): Logger {
  return logger(write, clock, (time, level, message, fields) => {
    const head = { time: time.toISOString(), level, message };
    return JSON.stringify({ ...head, ...fields, ...head });
  });
}

/** Lines for a person who is watching: the time of day, the message, the fields as `name=value`. */
export function textLog(write: (line: string) => void, clock: Clock): Logger {
  return logger(write, clock, (time, level, message, fields) => {
    const parts = Object.entries(fields).map(([name, value]) => styleText("dim", `${name}=`) + value);
    return [styleText("dim", clockTime(time)), COLOURED[level](message), ...parts].join(" ");
  });
}

function logger(write: (line: string) => void, clock: Clock, format: Format): Logger {
  const log =
    (level: Level) =>
    (message: string, fields: LogFields = {}) =>
      write(`${format(new Date(clock.now()), level, message, fields)}\n`);
  return { info: log("info"), warn: log("warn"), error: log("error") };
}

const COLOURED: Readonly<Record<Level, (message: string) => string>> = {
  info: (message) => message,
  warn: (message) => styleText("yellow", message),
  error: (message) => styleText("red", message),
};

function clockTime(time: Date): string {
  const [hours, minutes, seconds] = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return [hours, minutes, seconds].map((part) => String(part).padStart(2, "0")).join(":");
}
