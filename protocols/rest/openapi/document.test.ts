import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entity, service, view, z } from "@plinth/model";
import { ERROR_CODES } from "@plinth/ports";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { PROBLEM_TYPE, type Problem, STATUS } from "../problem.ts";
import { ask, bank, running } from "../site.fixture.ts";
import { openApi, type PathItem } from "./document.ts";
import type { Response } from "./responses.ts";

/** A model with schemas of every kind: recursive, unions, tuples, records, formats, patterns, no example to be found. */
const part = z.object({
  name: z.string(),
  get parts() {
    return z.array(part);
  },
});
const machine = entity("machine", {
  state: part,
  initial: { name: "", parts: [] },
  plural: "machinery",
  describe: "A machine with its parts.",
  events: { built: z.object({}) },
})
  .evolve({ built: (machine) => machine })
  .commands({
    build: {
      on: "new",
      describe: "Builds a machine.",
      accepts: { "text/csv": () => ({}) },
      input: z.object({
        mail: z.email(),
        site: z.url(),
        id: z.uuid(),
        on: z.iso.date(),
        size: z.number().min(0.5).max(0.75),
        count: z.int().multipleOf(7).min(10),
        kind: z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("a"), a: z.int() }),
          z.object({ kind: z.literal("b"), b: z.string().min(5).max(6) }),
        ]),
        pair: z.tuple([z.string(), z.boolean()]),
        prices: z.record(z.string(), z.number()),
        tags: z.array(z.enum(["x", "y"])).min(2),
        note: z.string().nullable().default(null),
      }),
      decide: () => [],
    },
    stamp: { input: z.object({ code: z.string().regex(/^[A-Z]{3}-\d+$/) }), decide: () => [] },
    label: {
      input: z.object({
        code: z
          .string()
          .regex(/^[A-Z]+$/)
          .meta({ examples: ["ABC"] }),
      }),
      decide: () => [],
    },
  });
const stock = view("stockLevels", {
  row: z.object({ level: z.int().nullable(), kind: z.enum(["a", "b"]), due: z.iso.datetime() }),
  key: () => null,
  from: [machine],
  on: {},
  filter: ["level", "kind", "due"],
  sort: ["level"],
});
const works = service("works", {
  entities: [machine],
  views: [stock],
  describe: "All we make.",
  version: "2.1.0",
});

const documents = { bank: openApi(bank), works: openApi(works) };

/** Every object of a document with the place that it is at. */
function* nodes(node: unknown, place = "#"): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield [place, node as Record<string, unknown>];
  for (const [key, value] of Object.entries(node))
    yield* nodes(value, `${place}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

function at(document: object, reference: string): unknown {
  const steps = reference
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce<unknown>(
    (node, step) => (node as Record<string, unknown> | undefined)?.[step],
    document,
  );
}

/** The example problems of a response. */
function problemsOf({ content }: Response): Problem[] {
  const body = content![PROBLEM_TYPE] as { examples: Record<string, { value: Problem }> };
  return Object.values(body.examples).map(({ value }) => value);
}

for (const [name, document] of Object.entries(documents))
  describe(`the OpenAPI document of ${name}`, () => {
    it("is valid OpenAPI 3.1", async () => {
      const { valid, errors } = await new Validator().validate(
        structuredClone(document) as unknown as Record<string, unknown>,
      );
      assert.ok(valid, JSON.stringify(errors, null, 2));
    });

    it("refers only to what it has", () => {
      for (const [place, node] of nodes(document))
        if (typeof node.$ref === "string")
          assert.ok(at(document, node.$ref) !== undefined, `${place}: ${node.$ref}`);
    });

    it("has examples that their schemas take", () => {
      const ajv = new Ajv2020({ strict: false });
      addFormats.default(ajv);
      ajv.addSchema(document, "doc");
      const check = (place: string, example: unknown) => {
        const valid = ajv.getSchema(`doc${place}/schema`)!;
        assert.ok(valid(example), `${place}: ${JSON.stringify(valid.errors)}`);
      };
      let checked = 0;
      for (const [place, node] of nodes(document)) {
        if (typeof node.schema !== "object") continue;
        const many = Object.values((node.examples ?? {}) as Record<string, { value: unknown }>);
        for (const example of [
          ...("example" in node ? [node.example] : []),
          ...many.map(({ value }) => value),
        ]) {
          check(place, example);
          checked++;
        }
      }
      assert.ok(checked > 20, `${checked} examples`);
    });

    it("declares the parameters of its paths, and names each operation once", () => {
      const names = new Set<string>();
      for (const [path, { get, post }] of Object.entries<PathItem>(document.paths))
        for (const operation of [get, post]) {
          if (!operation) continue;
          const declared = (operation.parameters ?? []).flatMap((one) =>
            "in" in one && one.in === "path" ? [one.name] : [],
          );
          assert.deepEqual(
            declared,
            [...path.matchAll(/\{(\w+)\}/g)].map(([, found]) => found),
          );
          assert.ok(!names.has(operation.operationId), operation.operationId);
          names.add(operation.operationId);
        }
    });

    it("knows every code, under its status", () => {
      const { responses } = document.components;
      for (const code of ERROR_CODES) {
        const found = Object.values(responses).flatMap(problemsOf);
        assert.equal(found.find((problem) => problem.code === code)?.status, STATUS[code], code);
      }
    });

    it("names the headers of rate limits wherever a quota is taken from, and what comes beyond it", () => {
      const { responses } = document.components;
      const limits = ["RateLimit", "RateLimit-Policy"];
      const has = ({ headers = {} }: Response) => limits.every((name) => name in headers);
      assert.ok(has(responses.rate_limited!) && "Retry-After" in responses.rate_limited!.headers!);
      for (const [path, { get, post }] of Object.entries<PathItem>(document.paths))
        for (const operation of [get, post]) {
          if (!operation || operation.operationId.startsWith("platform.")) continue;
          const { "429": beyond, ...others } = operation.responses;
          assert.deepEqual(beyond, { $ref: "#/components/responses/rate_limited" }, path);
          for (const [status, response] of Object.entries(others))
            if (status < "400") assert.ok(has(response as Response), `${path} ${status}`);
        }
    });

    it("is the same every time", () => {
      const again = openApi(name === "bank" ? bank : works);
      assert.equal(JSON.stringify(again), JSON.stringify(document));
    });
  });

describe("what the document says", () => {
  it("is in the model's paths, media types and words", () => {
    const { paths, info } = documents.works;
    assert.deepEqual(Object.keys(paths).slice(0, 6), [
      "/machinery",
      "/machinery/{id}",
      "/machinery/{id}/stamp",
      "/machinery/{id}/label",
      "/stock-levels",
      "/stock-levels/{key}",
    ]);
    assert.equal(info.version, "2.1.0");
    const build = paths["/machinery"]!.post!;
    assert.equal(build.description, "Builds a machine.");
    assert.deepEqual(Object.keys(build.requestBody!.content), ["application/json", "text/csv"]);
    assert.deepEqual(build.security, [{ bearer: [] }]);
    assert.deepEqual(documents.bank.paths["/balances"]!.get!.security, []);
    assert.deepEqual(documents.bank.paths["/accounts/{id}/audit"]!.post!.security, [{ bearer: [] }, {}]);
  });

  it("has examples for hard schemas, and none where none can be found", () => {
    const body = (path: string) =>
      documents.works.paths[path]!.post!.requestBody!.content["application/json"] as { example?: object };
    assert.ok(body("/machinery").example);
    assert.deepEqual(body("/machinery/{id}/label").example, { code: "ABC" });
    assert.ok(!("example" in body("/machinery/{id}/stamp")));
  });

  it("is what the service does: its examples are accepted, its answers fit its schemas", async (t) => {
    const site = await running();
    t.after(site.stop);
    const document = (await ask(`${site.url}/openapi.json`)).json;
    assert.deepEqual(document, JSON.parse(JSON.stringify(documents.bank)));
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema(document, "doc");
    const fits = (path: string, method: string, answer: { status: number; json: unknown }) => {
      const step = path.replaceAll("/", "~1");
      const valid = ajv.getSchema(
        `doc#/paths/${step}/${method}/responses/${answer.status}/content/application~1json/schema`,
      );
      assert.ok(valid?.(answer.json), `${method} ${path}: ${answer.status} ${JSON.stringify(valid?.errors)}`);
    };
    for (const [path, { post }] of Object.entries(documents.bank.paths)) {
      if (!post || path.endsWith("audit")) continue;
      const { example } = post.requestBody!.content["application/json"] as { example: unknown };
      const url = site.url + path.replace("{id}", "one");
      fits(path, "post", await ask(url, { method: "POST", json: example, headers: {} }));
    }
    for (const path of ["/accounts", "/balances", "/accounts/{id}"])
      fits(path, "get", await ask(site.url + path.replace("{id}", "one")));
  });
});
