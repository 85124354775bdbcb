import { AssertionError, deepStrictEqual } from "node:assert/strict";

/** What a stack trace is cut off above: the method that the test has called. */
export type Caller = (...args: never[]) => unknown;

/** A failed expectation, in words, whose stack begins at the line of the test. */
export function failure(message: string, caller: Caller): AssertionError {
  return new AssertionError({ message, stackStartFn: caller as () => void });
}

/** Fails with a headline and the difference where two values are not the same. */
export function expectSame(actual: unknown, expected: unknown, headline: string, caller: Caller): void {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    throw new AssertionError({
      message: `${headline}\n${error.message}`,
      actual,
      expected,
      operator: "deepStrictEqual",
      stackStartFn: caller as () => void,
    });
  }
}
