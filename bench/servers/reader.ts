import { PlinthError } from "@plinth/ports";
import { start, visible } from "./accounts.ts";
import type { ReaderOptions, ReadReply, ReadRequest } from "./nodes.ts";
import { options } from "./options.ts";

/** A node that reads what its parent asks for: its answer goes back once the row is read. */
const { store, roles, deadlineMs } = options<ReaderOptions>();
const running = await start(store, { roles });

async function found({ id, position }: ReadRequest): Promise<boolean> {
  try {
    await visible(running, id, position, deadlineMs);
    return true;
  } catch (error) {
    if (error instanceof PlinthError) return false;
    throw error;
  }
}

process.on("message", async (request: ReadRequest) => {
  process.send!({ number: request.number, found: await found(request) } satisfies ReadReply);
});
process.once("disconnect", () => void running.stop());
process.send!("ready");
