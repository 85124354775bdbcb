import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { served } from "../../resilience/served.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Clients that deposit at the same time, each into accounts of its own turn. */
const CLIENTS = 16;
const ACCOUNTS = 5;
const DEPOSITS = 400;

/** A dead process holds the lease of the view for ten seconds more. */
const LONG = { timeout: 120_000 };

/** What became of each deposit so far, by its idempotency key: the position of its answer. */
type Answers = Map<string, number>;

/** Deposits 1 into the accounts in turn. Resolves when each was answered, or nobody answers any more. */
async function depositAll(url: string, answers: Answers, onAnswer: (count: number) => void): Promise<void> {
  const keys = Array.from({ length: DEPOSITS }, (_, index) => `deposit-${index}`).values();
  const client = async () => {
    for (const key of keys) {
      const account = Number(key.split("-")[1]) % ACCOUNTS;
      const position = await deposit(`${url}/accounts/${account}/deposit`, key);
      const known = answers.get(key);
      if (known !== undefined) assert.equal(position, known, `${key} gets its first answer again`);
      answers.set(key, position);
      onAnswer(answers.size);
    }
  };
  await Promise.allSettled(Array.from({ length: CLIENTS }, client));
}

async function deposit(url: string, key: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: '{"amount":1}',
  });
  const body = (await response.json()) as { position: number };
  assert.ok(response.ok, JSON.stringify(body));
  return body.position;
}

/** The balance of an account: its own, and as the view has it by then. */
async function balances(url: string, account: number, atLeast: number): Promise<number[]> {
  const headers = { "plinth-at-least": String(atLeast) };
  const [entity, row] = await Promise.all([
    fetch(`${url}/accounts/${account}`, { headers }).then((response) => response.json()),
    fetch(`${url}/balances/${account}`, { headers }).then((response) => response.json()),
  ]);
  return [(entity as { state: { balance: number } }).state.balance, (row as { balance: number }).balance];
}

it("a service that is killed again and again loses no answer, and does nothing twice", LONG, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-crash-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const command = `plinth serve examples/accounts --port 0 --store sqlite:${folder}/app.db`;
  const answers: Answers = new Map();

  for (const answersMax of [1, 60, 250]) {
    const service = await served(root, command);
    let killed: Promise<void> | undefined;
    await depositAll(service.url, answers, (count) => {
      if (count >= answersMax) killed ??= service.kill();
    });
    await killed;
    assert.ok(answers.size >= answersMax && answers.size < DEPOSITS, "it died in the midst of them");
  }

  const service = await served(root, command);
  t.after(() => service.kill());
  await depositAll(service.url, answers, () => {});
  assert.equal(answers.size, DEPOSITS);
  assert.equal(new Set(answers.values()).size, DEPOSITS, "each has a position of its own");
  for (let account = 0; account < ACCOUNTS; account++)
    assert.deepEqual(await balances(service.url, account, DEPOSITS), [80, 80]);
});
