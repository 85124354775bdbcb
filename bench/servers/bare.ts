import { createServer } from "node:http";

/** The least that a JSON service can do: read a body, parse it, answer with another. Nothing is kept. */
const server = createServer((request, response) => {
  if (request.method === "GET") return void response.end();
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { amount } = JSON.parse(Buffer.concat(chunks).toString());
    const id = request.url!.split("/")[2];
    const body = JSON.stringify({ id, version: 1, position: 1, state: { balance: amount, closed: false } });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");
