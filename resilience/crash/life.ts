import type { Fault } from "../bank/fault.ts";
import { fault } from "../bank/verification.ts";
import { type Replacement, replacing } from "../replacing.ts";
import { type Launched, launched, ROOT } from "../served.ts";

/** How a service is started. */
export interface LifeOptions {
  /** What `plinth serve` is given. */
  readonly operand: string;
  readonly path: string;
  readonly replacements: readonly Replacement[];
  readonly variables: Readonly<Record<string, string>>;
}

/** One process of the service, from its start to its end by SIGKILL. */
export class Life {
  readonly faults: Fault[] = [];
  readonly #service: Launched;
  #killed: Promise<void> | null = null;

  constructor({ operand, path, replacements, variables }: LifeOptions) {
    this.#service = launched(ROOT, `plinth serve ${operand} --port 0 --store sqlite:${path}`, {
      ...variables,
      ...replacing(replacements),
    });
  }

  /** Where it listens; null, with a fault, where it has ended instead. */
  async url(): Promise<string | null> {
    try {
      return await this.#service.listening;
    } catch (error) {
      if (!this.#killed) this.faults.push(fault("service", (error as Error).message));
      return null;
    }
  }

  /** Ends it at once. One that has ended by itself is a fault. */
  kill(): Promise<void> {
    this.#killed ??= this.#service
      .kill()
      .catch(
        () => void this.faults.push(fault("service", `It has ended by itself:\n${this.#service.printed()}`)),
      );
    return this.#killed;
  }
}
