import assert from "node:assert/strict";
import { it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { simulatedClock } from "@plinth/testing";
import { jsonLog, textLog } from "./log.ts";

const linesOf = (log: typeof jsonLog) => {
  const lines: string[] = [];
  return { lines, logger: log((line) => lines.push(line), simulatedClock(Date.UTC(2030, 0, 2))) };
};

it("a JSON line says when, how bad and what, before its fields, which cannot replace them", () => {
  const { lines, logger } = linesOf(jsonLog);
  logger.warn("Slow.", { ms: 5, message: "other", time: null });
  logger.info("Fine.");
  assert.deepEqual(lines, [
    '{"time":"2030-01-02T00:00:00.000Z","level":"warn","message":"Slow.","ms":5}\n',
    '{"time":"2030-01-02T00:00:00.000Z","level":"info","message":"Fine."}\n',
  ]);
});

it("a text line is for a person", () => {
  const { lines, logger } = linesOf(textLog);
  logger.error("Gone.", { where: "disk" });
  assert.match(stripVTControlCharacters(lines[0]!), /^\d\d:00:00 Gone\. where=disk\n$/);
});
