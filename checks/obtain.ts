/** A server that tests run against. */
export interface Needed {
  readonly name: string;
  /** Why it cannot be had; false where it can. */
  readonly missing: () => string | false;
  /** The packages of Debian that bring it. */
  readonly packages: readonly string[];
}

/** What is missing in spite of all, and why. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}

/**
 * Has the packages installed of what is missing, all at once, and looks again.
 * @param install says why it cannot; false where it has.
 */
export function obtain(
  needed: readonly Needed[],
  install: (packages: readonly string[]) => string | false,
): Missing[] {
  const packages = needed.filter(({ missing }) => missing()).flatMap((one) => one.packages);
  const refusal = packages.length > 0 && install([...new Set(packages)]);
  return needed.flatMap((one) => {
    const reason = one.missing();
    if (!reason) return [];
    return [{ name: one.name, reason: refusal && one.packages.length > 0 ? `${reason} ${refusal}` : reason }];
  });
}
