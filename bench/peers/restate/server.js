import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import * as restate from "@restatedev/restate-sdk";

/**
 * Deposits with Restate, as its documentation has it: a virtual object that keeps its state, called through Restate's own
 * server, which keeps everything in a folder and remembers idempotency keys by itself.
 */
const port = Number(process.env.PORT);
const [adminPort, nodePort, servicePort] = [port + 1, port + 2, port + 3];
const admin = `http://127.0.0.1:${adminPort}`;
const service = `http://127.0.0.1:${servicePort}`;

const initial = { version: 0, balance: 0, closed: false };

const accounts = restate.object({
  name: "accounts",
  handlers: {
    deposit: async (context, { amount, note = "" }) => {
      if (!Number.isInteger(amount) || amount < 1)
        throw new restate.TerminalError("amount", { errorCode: 422 });
      const { version, balance, closed } = (await context.get("account")) ?? initial;
      if (closed) throw new restate.TerminalError("A closed account takes no deposits.", { errorCode: 409 });
      const account = { version: version + 1, balance: balance + amount, closed };
      context.set("account", account);
      context.set("note", note);
      return { id: context.key, ...account };
    },
    balance: restate.handlers.object.shared(async (context) => (await context.get("account")) ?? initial),
  },
});

const { resolve } = createRequire(import.meta.url);
const binary = resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
const server = spawn(binary, ["--base-dir", process.env.FOLDER, "--no-logo"], {
  stdio: ["ignore", "ignore", "inherit"],
  env: {
    ...process.env,
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_BIND_IP: "127.0.0.1",
    RESTATE_BIND_PORT: String(nodePort),
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${port}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
    RESTATE_NODE_NAME: "bench",
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LOG_FILTER: "restate=error",
  },
});
server.once("exit", () => process.exit(1));
process.once("SIGTERM", () => {
  server.removeAllListeners("exit");
  server.once("exit", () => process.exit(0));
  server.kill("SIGTERM");
});

const logger = (meta, message) => meta.level === "error" && console.error(message);
await restate.serve({ services: [accounts], port: servicePort, logger });

async function isRegistered() {
  try {
    const body = JSON.stringify({ uri: service, force: true });
    const headers = { "content-type": "application/json" };
    const { ok } = await fetch(`${admin}/deployments`, { method: "POST", headers, body });
    return ok;
  } catch {
    return false;
  }
}
while (!(await isRegistered())) await sleep(50);
