import { it } from "node:test";
import { overload } from "./overload.ts";

const seconds = Number(process.env.OVERLOAD_SECONDS ?? 12);
const connections = Number(process.env.OVERLOAD_CONNECTIONS ?? 1000);
const accounts = Number(process.env.OVERLOAD_ACCOUNTS ?? 500);
const attempts = Number(process.env.OVERLOAD_ATTEMPTS ?? 6);

it("a service sheds what it cannot serve, and serves the rest in time", (t) =>
  overload(t, { seconds, connections, accounts, attempts }));
