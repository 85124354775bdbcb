import type { Fault, Tree } from "./tree.ts";

const PAGE = "docs/errors.md";
const PORT = "ports/errors.ts";
const REST = "protocols/rest/problem.ts";

/** A row of the page's table: code, HTTP status, gRPC code. */
const ROW = /^\| `([a-z_]+)` \| (\d{3})[^|]*\| ([A-Z_]+) \|/gm;

/** The row of the page that tells what becomes of a refusal. */
const REFUSAL = /^\| a refusal, under its own code \| (\d{3}) \| FAILED_PRECONDITION \|/m;

/** The list of error codes is closed: the port, the protocols and the page tell the same one. */
export function errors(tree: Tree): Fault[] {
  const page = tree.get(PAGE) ?? "";
  const told = new Map([...page.matchAll(ROW)].map(([, code, status]) => [code!, status!]));
  const codes = codesOf(tree.get(PORT) ?? "");
  const statuses = statusesOf(tree.get(REST) ?? "");
  return [
    ...(codes.length === 0 ? [fault(PORT, "No list of error codes was found.")] : []),
    ...codes.filter((code) => !told.has(code)).map((code) => fault(PAGE, `The code "${code}" is missing.`)),
    ...[...told.keys()]
      .filter((code) => !codes.includes(code))
      .map((code) => fault(PAGE, `There is no code "${code}".`)),
    ...[...told]
      .filter(([code, status]) => codes.includes(code) && statuses.get(code) !== status)
      .map(([code, status]) =>
        fault(PAGE, `"${code}" is said to be ${status}, and is served as ${statuses.get(code)}.`),
      ),
    ...refusalFaults(page, tree.get(REST) ?? ""),
  ];
}

function refusalFaults(page: string, rest: string): Fault[] {
  const told = page.match(REFUSAL)?.[1];
  const served = rest.match(/REFUSED_STATUS = (\d{3});/)?.[1];
  if (told === undefined) return [fault(PAGE, "What becomes of a refusal is missing.")];
  return told === served ? [] : [fault(PAGE, `A refusal is said to be ${told}, and is served as ${served}.`)];
}

function codesOf(port: string): string[] {
  const list = port.match(/ERROR_CODES = \[([^\]]*)\]/)?.[1] ?? "";
  return [...list.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code!);
}

function statusesOf(rest: string): Map<string, string> {
  const list = rest.match(/STATUS[^=]*= \{([^}]*)\}/)?.[1] ?? "";
  return new Map([...list.matchAll(/(\w+): (\d{3})/g)].map(([, code, status]) => [code!, status!]));
}

function fault(path: string, message: string): Fault {
  return { path, line: 0, message };
}
