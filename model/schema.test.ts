import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { closed, type Schema } from "./schema.ts";

const point = z.object({ x: z.int() });
const good = { x: 1 };
const bad = { x: 1, y: 2 };

/** Each schema with an input that it takes, and the same input with one unknown field somewhere in it. */
const nested: Record<string, { schema: Schema; takes: unknown; refuses: unknown }> = {
  object: { schema: point, takes: good, refuses: bad },
  "object in an object": {
    schema: z.object({ at: point }),
    takes: { at: good },
    refuses: { at: bad },
  },
  array: { schema: z.array(point), takes: [good], refuses: [good, bad] },
  tuple: { schema: z.tuple([z.string(), point]), takes: ["a", good], refuses: ["a", bad] },
  "rest of a tuple": { schema: z.tuple([z.string()], point), takes: ["a", good], refuses: ["a", good, bad] },
  optional: { schema: point.optional(), takes: undefined, refuses: bad },
  nullable: { schema: point.nullable(), takes: null, refuses: bad },
  default: { schema: point.default({ x: 0 }), takes: undefined, refuses: bad },
  prefault: { schema: point.prefault({ x: 0 }), takes: undefined, refuses: bad },
  readonly: { schema: point.readonly(), takes: good, refuses: bad },
  nonoptional: { schema: z.nonoptional(point.optional()), takes: good, refuses: bad },
  record: { schema: z.record(z.string(), point), takes: { a: good }, refuses: { a: good, b: bad } },
  map: {
    schema: z.map(z.string(), point),
    takes: new Map([["a", good]]),
    refuses: new Map([["a", bad]]),
  },
  set: { schema: z.set(point), takes: new Set([good]), refuses: new Set([bad]) },
  union: { schema: z.union([z.string(), point]), takes: good, refuses: bad },
  "discriminated union": {
    schema: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("near") }),
      z.object({ kind: z.literal("far"), at: point }),
    ]),
    takes: { kind: "far", at: good },
    refuses: { kind: "far", at: bad },
  },
  intersection: {
    schema: z.intersection(point, z.object({ z: z.int() })),
    takes: { x: 1, z: 3 },
    refuses: { x: 1, z: 3, y: 2 },
  },
  lazy: { schema: z.lazy(() => point), takes: good, refuses: bad },
  transform: { schema: point.transform(({ x }) => x), takes: good, refuses: bad },
  preprocess: { schema: z.preprocess((value) => value, point), takes: good, refuses: bad },
  pipe: {
    schema: z
      .string()
      .transform((text) => JSON.parse(text))
      .pipe(point),
    takes: JSON.stringify(good),
    refuses: JSON.stringify(bad),
  },
  refine: { schema: point.refine(({ x }) => x > 0), takes: good, refuses: bad },
  catchall: {
    schema: z.object({}).catchall(point),
    takes: { anything: good },
    refuses: { anything: bad },
  },
};

describe("closed", () => {
  for (const [name, { schema, takes, refuses }] of Object.entries(nested))
    it(`refuses an unknown field: ${name}`, () => {
      assert.ok(schema.safeParse(refuses).success, "open, the schema takes it: or this shows nothing");
      const result = closed(schema).safeParse(refuses);
      assert.ok(!result.success, "closed, the schema must refuse it");
      assert.match(JSON.stringify(result.error.issues), /unrecognized_keys|Unrecognized key/);
      assert.deepEqual(closed(schema).safeParse(takes).error?.issues ?? [], []);
    });

  it("names each unknown field, and where it is", () => {
    const result = closed(z.object({ at: z.array(point) })).safeParse({ at: [good, bad], also: 1 });
    assert.deepEqual(
      result.error?.issues.map(({ path, code }) => ({ path, code })),
      [
        { path: ["at", 1], code: "unrecognized_keys" },
        { path: [], code: "unrecognized_keys" },
      ],
    );
  });

  it("closes a schema that reaches itself through a getter", () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    const schema = closed(tree);
    const leaf = { name: "leaf", children: [] };
    assert.ok(schema.safeParse({ name: "root", children: [leaf] }).success);
    assert.ok(!schema.safeParse({ name: "root", children: [{ ...leaf, colour: "red" }] }).success);
  });

  it("closes a schema that reaches itself through z.lazy, also after it was used", () => {
    interface Tree {
      children: Tree[];
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ children: z.array(tree) }));
    tree.parse({ children: [] });
    assert.ok(closed(tree).safeParse({ children: [{ children: [] }] }).success);
    assert.ok(!closed(tree).safeParse({ children: [{ children: [], x: 1 }] }).success);
  });

  it("does not read a getter before the schema is used", () => {
    let read = 0;
    const schema = closed(
      z.object({
        get x() {
          read += 1;
          return z.int();
        },
      }),
    );
    assert.equal(read, 0);
    schema.parse(good);
    assert.ok(read > 0);
  });

  it("leaves an object its own catch-all", () => {
    const loose = closed(z.looseObject({ x: z.int() }));
    assert.deepEqual(loose.parse(bad), bad);
    const counts = closed(z.object({ x: z.int() }).catchall(z.int()));
    assert.deepEqual(counts.parse(bad), bad);
    assert.ok(!counts.safeParse({ x: 1, y: "two" }).success);
  });

  it("keeps checks, defaults and their wording", () => {
    const schema = closed(
      z
        .object({ from: z.int().default(0), to: z.int().positive("Above zero, please.") })
        .refine(({ from, to }) => from < to, "From must come before to."),
    );
    assert.deepEqual(schema.parse({ to: 2 }), { from: 0, to: 2 });
    assert.equal(schema.safeParse({ to: -1 }).error?.issues[0]?.message, "Above zero, please.");
    assert.equal(schema.safeParse({ from: 3, to: 2 }).error?.issues[0]?.message, "From must come before to.");
  });

  it("keeps descriptions and metadata, so that generated documents have them", () => {
    const schema = closed(
      z
        .object({
          at: point.describe("Where it is."),
          tags: z.array(z.string().describe("One word.")).meta({ title: "Tags", example: ["a"] }),
        })
        .meta({ description: "A place." }),
    );
    const { properties, description } = z.toJSONSchema(schema);
    assert.equal(description, "A place.");
    assert.partialDeepStrictEqual(properties, {
      at: { description: "Where it is.", additionalProperties: false },
      tags: { title: "Tags", example: ["a"], items: { description: "One word." } },
    });
  });

  it("keeps a schema's id, so that documents can refer to it by name", () => {
    const { $ref } = z.toJSONSchema(closed(point.meta({ id: "Point" })));
    assert.equal($ref, "#/$defs/Point");
  });

  it("says in JSON Schema that objects are closed, for inputs too", () => {
    const schema = closed(z.object({ at: point, loose: z.looseObject({}) }));
    assert.partialDeepStrictEqual(z.toJSONSchema(schema, { io: "input" }), {
      additionalProperties: false,
      properties: { at: { additionalProperties: false }, loose: { additionalProperties: {} } },
    });
  });

  it("leaves the schema that it is given as it was", () => {
    closed(point);
    assert.deepEqual(point.parse(bad), good);
    const text = z.string();
    assert.equal(closed(text), text);
  });

  it("is closed when closed again", () => {
    assert.ok(!closed(closed(z.object({ at: point }))).safeParse({ at: bad }).success);
  });
});
