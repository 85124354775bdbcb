import { createServer, type IncomingMessage } from "node:http";
import findMyWay from "find-my-way";

/** The same as bare.ts, with Fastify's router on bare node:http. */
const router = findMyWay();
router.on("GET", "/", (_request, response) => void response.end());
router.on("POST", "/accounts/:id/deposit", (request, response, { id }) => {
  const chunks: Buffer[] = [];
  (request as IncomingMessage).on("data", (chunk: Buffer) => chunks.push(chunk));
  (request as IncomingMessage).on("end", () => {
    const { amount } = JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({ id, version: 1, position: 1, state: { balance: amount, closed: false } });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
createServer((request, response) => router.lookup(request, response)).listen(
  Number(process.env.PORT),
  "127.0.0.1",
);
