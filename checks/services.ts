/** Tests against servers that run elsewhere: PostgreSQL, brokers and the like. */
console.log(
  "No adapter needs a server: every store and protocol here runs inside the process. Nothing to test.",
);
