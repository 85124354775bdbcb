import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { options } from "./options.ts";

/** An answer that Plinth has given. */
export interface Recorded {
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** A file of answers by path. */
export interface ReplayOptions {
  readonly file: string;
}

/** Answers the same bytes with the same headers as Plinth, from memory; 304 where the client has that entity tag. */
const recorded: Record<string, Recorded> = JSON.parse(readFileSync(options<ReplayOptions>().file, "utf8"));
const answers = new Map(
  Object.entries(recorded).map(([path, { headers, body }]) => {
    const at = headers.findIndex((name, index) => index % 2 === 0 && name === "ETag");
    const bodiless = headers.filter((_, index) => !/^content-/i.test(headers[index - (index % 2)]!));
    return [path, { headers, body, bodiless, tag: at < 0 ? null : headers[at + 1]! }];
  }),
);

const server = createServer((request, response) => {
  const answer = answers.get(request.url!);
  if (!answer) return void response.writeHead(request.url === "/health/ready" ? 200 : 404).end();
  const { headers, body, bodiless, tag } = answer;
  if (tag !== null && request.headers["if-none-match"] === tag)
    return void response.writeHead(304, bodiless).end();
  response.writeHead(200, headers as string[]).end(body);
});
server.listen(Number(process.env.PORT), "127.0.0.1");
