import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Filter, ListQuery } from "@plinth/ports";
import pg from "pg";
import { noPostgres } from "../../servers/postgres.ts";
import type { Connections, Value } from "./connection.ts";
import { PostgresRows } from "./rows.ts";
import { databaseOf, opened, schemaOf } from "./samples.fixture.ts";
import { PostgresStates } from "./states.ts";
import { Tables } from "./tables.ts";

/** Of two tenants, so that a tenant is not all of the table. */
const DOCUMENTS = 50_000;
const LIMIT = 50;
/** What any node of a plan may read for a page: a few pages, as long ones and those before a place are looked at too. */
const READ_MAX = 300;
const TABLE = { view: "things", generation: 1 };

/** `n` differs in each document, `few` in every fourth, `long` is too long for an index in every thousandth. */
const FILL = (table: string, columns: string, values: string) => `
  INSERT INTO ${table} (tenant, key, ${columns})
  SELECT 't' || i % 2, 'k' || lpad(i::text, 8, '0'), ${values}
  FROM generate_series(1, ${DOCUMENTS}) i,
       format('{"n":%s,"text":"t%s","few":"f%s","long":"%s"}', (i * 7919) % 1000003, (i * 31) % 1000003, i % 8,
              CASE WHEN i % 1000 = 1 THEN repeat('long', 500) ELSE 'x' END || i % 7) document`;
const FIELDS = ["n", "text", "few", "long"];

const by = (field: string, descending = false) => [{ field, descending }];
const eq = (field: string, value: string | number): Filter => ({ field, op: "eq", value });

/** Each as the first page, and as one that follows a place. */
const QUERIES: Readonly<
  Record<string, Partial<ListQuery> & { readonly values: readonly (string | number)[] }>
> = {
  "by key": { values: [] },
  "by a number": { sort: by("n"), values: [500_000] },
  "by a number, descending": { sort: by("n", true), values: [500_000] },
  "by a text": { sort: by("text"), values: ["t5"] },
  "by a text, descending": { sort: by("text", true), values: ["t5"] },
  "by what many share": { sort: by("few"), values: ["f4"] },
  "by what many share, descending": { sort: by("few", true), values: ["f4"] },
  "by texts of which some are long": { sort: by("long"), values: ["x3"] },
  "by texts of which some are long, descending": { sort: by("long", true), values: ["x3"] },
  "equal to a number": { filters: [eq("n", 7919)], values: [] },
  "equal to what many share": { filters: [eq("few", "f4")], values: [] },
  "in a range, by it": {
    filters: [{ field: "n", op: "gte", value: 1000 }],
    sort: by("n"),
    values: [500_000],
  },
  "in a range of texts, by it, descending": {
    filters: [{ field: "text", op: "lt", value: "t7" }],
    sort: by("text", true),
    values: ["t5"],
  },
};

interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Total Cost": number;
  readonly Plans?: readonly PlanNode[];
}

describe("a page of a list reads little more than what is on it", { skip: noPostgres("bundled") }, () => {
  for (const kind of ["rows", "states"] as const)
    for (const analyzed of [false, true])
      test(`${kind}, ${analyzed ? "after" : "before"} the table was analyzed`, async (t) => {
        const client = await filled(t, kind, analyzed);
        for (const [name, { values, ...query }] of Object.entries(QUERIES))
          for (const after of [null, { values, key: "k00025000" }])
            for (const generic of [false, true]) {
              const statement = statementOf(kind, { filters: [], sort: [], after, limit: LIMIT, ...query });
              const plan = await planOf(client, statement, generic);
              const about = `${kind} ${name} ${after ? "after a place" : "from the start"} ${generic ? "generic" : ""}: ${JSON.stringify(plan)}`;
              assert.ok(mostRead(plan) <= READ_MAX, `${mostRead(plan)} read for ${about}`);
              assert.ok(!typesOf(plan).includes("Seq Scan"), about);
              assert.ok(plan["Total Cost"] < 100_000, `compiled, for its estimated cost: ${about}`);
            }
      });
});

/** A connection to a store that was filled past its log, where nobody else works. */
async function filled(t: TestContext, kind: "rows" | "states", analyzed: boolean): Promise<pg.Client> {
  const { store, url } = await opened(t);
  if (kind === "rows") await store.rows.create(TABLE, FIELDS);
  else await store.states.index("thing", FIELDS);
  const client = new pg.Client({ connectionString: databaseOf(url) });
  await client.connect();
  t.after(() => client.end());
  await client.query(`SET search_path TO ${schemaOf(url)}; SET jit = off`);
  if (kind === "rows") await client.query(FILL("view_things_1", `"row", position`, "document, i"));
  else
    await client.query(
      FILL(
        "state_thing",
        "entity, id, version, position, line, state_version, state",
        "'thing', i, 1, i, 0, 1, document",
      ),
    );
  if (analyzed) await client.query(`ANALYZE ${kind === "rows" ? "view_things_1" : "state_thing"}`);
  return client;
}

/** What the store itself asks the server. */
function statementOf(kind: "rows" | "states", query: ListQuery): Statement {
  const asked: Statement[] = [];
  const connections = {
    rows: async (text: string, values: readonly Value[]) => {
      asked.push({ text, values });
      return [];
    },
  } as unknown as Connections;
  const tables = new Tables("unnamed");
  if (kind === "rows") void new PostgresRows(connections, tables, null).list(TABLE, "t1", query);
  else void new PostgresStates(connections, tables).list("t1", "thing", query);
  const { text, values } = asked[0]!;
  return { text: text.replaceAll('"unnamed".', ""), values };
}

/** A plan that was made for these values, as the store's own are, or for any, as those of prepared statements become. */
async function planOf(client: pg.Client, { text, values }: Statement, generic: boolean): Promise<PlanNode> {
  const explain = "EXPLAIN (ANALYZE, FORMAT JSON)";
  if (!generic) return firstPlan(await client.query(`${explain} ${text}`, [...values]));
  await client.query("SET plan_cache_mode = force_generic_plan");
  await client.query(`PREPARE page AS ${text}`);
  const literals = values.map((value) => pg.escapeLiteral(String(value)));
  const found = await client.query(`${explain} EXECUTE page(${literals.join(", ")})`);
  await client.query("DEALLOCATE page; RESET plan_cache_mode");
  return firstPlan(found);
}

function firstPlan({ rows }: pg.QueryResult): PlanNode {
  return rows[0]["QUERY PLAN"][0].Plan;
}

function mostRead(node: PlanNode): number {
  const read = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  return Math.max(read, ...(node.Plans ?? []).map(mostRead));
}

function typesOf(node: PlanNode): readonly string[] {
  return [node["Node Type"], ...(node.Plans ?? []).flatMap(typesOf)];
}
