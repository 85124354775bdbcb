import { type Agent, request } from "node:http";
import type { Answer, Order } from "./ledger.ts";

/** Answers after which a command is known to have had its effect, or to have none. */
export const FINAL: ReadonlySet<number> = new Set([200, 201, 409, 412]);
/** Answers that leave it open, as no answer does. */
export const OPEN: ReadonlySet<number> = new Set([503, 504]);

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  /** `Plinth-Position`; null where it is not told. */
  readonly position: number | null;
}

/** An order, under a key of its own. */
export function requestOf(order: Order): Request {
  const { kind, account, amount, ifMatch } = order;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "idempotency-key": `order-${amount}`,
  };
  if (ifMatch !== null) headers["if-match"] = `"${ifMatch}"`;
  return {
    method: "POST",
    path: `/accounts/${account}/${kind}`,
    headers,
    body: JSON.stringify(inputOf(order)),
  };
}

/** What of a reply must never change: all of an acceptance; of a refusal its code, and what it says of the domain. */
export function answerOf({ status, body }: Pick<Reply, "status" | "body">): Answer {
  if (status < 300) return { status, body };
  const { code, detail } = JSON.parse(body) as { code: string; detail: string };
  return { status, body: status === 412 ? code : `${code}: ${detail}` };
}

/** Resolves to null where there is no answer, or none before `signal` aborts. */
export function send(
  agent: Agent,
  url: string,
  { method, path, headers, body }: Request,
  signal?: AbortSignal,
): Promise<Reply | null> {
  return new Promise((resolve) => {
    const options = { method, headers, agent, ...(signal && { signal }) };
    const sent = request(url + path, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      const position = response.headers["plinth-position"];
      response.on("end", () =>
        resolve(
          response.complete
            ? { status: response.statusCode!, body: text, position: position ? Number(position) : null }
            : null,
        ),
      );
      response.on("error", () => resolve(null));
    });
    sent.on("error", () => resolve(null));
    sent.end(body);
  });
}

function inputOf({ kind, amount, to, locker }: Order): Record<string, unknown> {
  if (kind === "close") return {};
  return { amount, ...(to === null ? {} : { to }), ...(locker === null ? {} : { locker }) };
}
