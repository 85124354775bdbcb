import { setFlagsFromString } from "node:v8";

/**
 * Has V8 allocate in its young generation alone. Where much waits for one sync, V8 finds most of it alive and from then
 * on allocates whatever was made at the same places of the code old at once. There it lies dead until the next full
 * collection, and keeps all the young alive that it points to: a fifth of what is allocated is then moved about for
 * nothing (measured in bench/README.md).
 */
export function allocateYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
