import { join } from "node:path";
import { argv, stdout } from "node:process";
import { anonymous } from "@plinth/model";
import { type Protocol, silent } from "@plinth/ports";
import { run } from "plinth";
import accounts from "../../examples/accounts/main.ts";

const [folder, seconds, inFlight, streams] = [argv[2]!, Number(argv[3]), Number(argv[4]), Number(argv[5])];
const WARM_UP_MS = 3000;

/** Nothing listens: the commands come from this process. */
const none: Protocol = { name: "none", start: async () => ({ url: "none:", drain: async () => {} }) };

const running = await run(accounts, {
  store: `sqlite:${join(folder, "accounts.db")}`,
  protocols: [none],
  logger: silent,
  signals: false,
});
const caller = { actor: anonymous, trace: null, deadlineMs: 30_000 };
let count = 0;
let end = Number.POSITIVE_INFINITY;

async function client(): Promise<void> {
  while (performance.now() < end) {
    count += 1;
    await running.operations.run({
      caller,
      entity: "account",
      command: "deposit",
      id: `a${count % streams}`,
      input: { amount: 5, note: "lunch" },
      idempotencyKey: `key-${count}`,
      expectedVersion: null,
    });
  }
}

const clients = Array.from({ length: inFlight }, client);
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
const [before, began] = [count, performance.now()];
end = began + 1000 * seconds;
await Promise.all(clients);
stdout.write(String(((count - before) / (performance.now() - began)) * 1000));
await running.stop();
