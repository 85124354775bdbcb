/** The body of a deposit. */
export interface Deposit {
  readonly amount: number;
  readonly note: string;
}

/** What a deposit is answered with. */
export interface Reply {
  readonly status: number;
  readonly answer: string;
}

/** A deposit as Fastify has it. */
export interface DepositRequest {
  Params: { id: string };
  Body: Deposit;
  Headers: { "idempotency-key": string; traceparent?: string };
}

/** What a service written by hand takes for a deposit, for Fastify to validate. */
export const schema = {
  headers: {
    type: "object",
    required: ["idempotency-key"],
    properties: { "idempotency-key": { type: "string", minLength: 1, maxLength: 255 } },
  },
  body: {
    type: "object",
    required: ["amount"],
    additionalProperties: false,
    properties: {
      amount: { type: "integer", minimum: 1 },
      note: { type: "string", maxLength: 200, default: "" },
    },
  },
};
