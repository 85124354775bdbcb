import fastify from "fastify";

/** The same as bare.ts, on Fastify. */
const server = fastify({ logger: false });
server.get("/", (_request, reply) => void reply.send());
server.post<{ Params: { id: string }; Body: { amount: number } }>(
  "/accounts/:id/deposit",
  (request, reply) => {
    const { amount } = request.body;
    reply.send({ id: request.params.id, version: 1, position: 1, state: { balance: amount, closed: false } });
  },
);
await server.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
