import { run } from "plinth";
import accounts from "../../examples/accounts/main.ts";
import { options } from "./options.ts";

/** What examples/accounts is served with, where `plinth serve` has no setting for it. */
export interface BoundedOptions {
  readonly file: string;
  readonly cacheBytesMax: number;
}

const { file, cacheBytesMax } = options<BoundedOptions>();
await run(accounts, { store: `sqlite:${file}`, limits: { cacheBytesMax } });
