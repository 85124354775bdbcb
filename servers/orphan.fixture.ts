import { startPostgres } from "./postgres.ts";

/** Starts a server, tells its process and its folder, and never stops it. */
const { pid, data } = await startPostgres("bundled");
console.log(JSON.stringify({ pid, data }));
setInterval(() => {}, 60_000);
