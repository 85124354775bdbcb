import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exposition } from "./exposition.ts";
import { ask, post, running } from "./site.fixture.ts";

describe("probes", () => {
  it("tell whether the process lives, and whether it is ready, with reasons", async (t) => {
    let reasons: string[] = [];
    const site = await running({
      wrap: (operations) => ({
        ...operations,
        service: operations.service,
        readiness: () => ({ ready: reasons.length === 0, reasons }),
      }),
    });
    t.after(site.stop);
    assert.deepEqual((await ask(`${site.url}/health/live`)).json, { status: "live" });
    assert.deepEqual((await ask(`${site.url}/health/ready`)).json, { status: "ready", reasons: [] });
    reasons = ["The store does not answer."];
    const unready = await ask(`${site.url}/health/ready`);
    assert.deepEqual([unready.status, unready.json], [503, { status: "unready", reasons }]);
    assert.equal((await ask(`${site.url}/health/live`)).status, 200);
  });

  it("count answers by route, so that no client can make them many", async (t) => {
    const site = await running();
    t.after(site.stop);
    for (const id of ["a", "b"]) await post(`${site.url}/accounts/${id}/deposit`, { amount: 1 });
    await post(`${site.url}/accounts/a/deposit`, { amount: -1 });
    for (const path of ["/x", "/y", "/z"]) await ask(site.url + path);
    const { text, headers } = await ask(`${site.url}/metrics`);
    assert.equal(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    const of = (line: string) => assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    of('plinth_http_requests_total{method="POST",route="/accounts/{id}/deposit",status="201"} 2');
    of('plinth_http_requests_total{method="POST",route="/accounts/{id}/deposit",status="400"} 1');
    of('plinth_http_requests_total{method="",route="",status="404"} 3');
    of('plinth_http_request_duration_seconds_count{method="",route=""} 3');
    assert.match(text, /^plinth_log_position 2$/m);
  });
});

describe("the exposition format", () => {
  it("escapes labels and help, and counts histograms up", () => {
    const text = exposition([
      {
        type: "gauge",
        name: "g",
        help: 'A "back\\slash"\nline.',
        samples: [{ labels: { a: 'x"\\\n' }, value: Infinity }],
      },
      {
        type: "histogram",
        name: "h_seconds",
        help: "H.",
        bounds: [0.1, 1],
        distributions: [{ labels: { r: "/" }, counts: [1, 3, 4], sum: 2.5 }],
      },
      { type: "counter", name: "c_total", help: "C.", samples: [{ labels: {}, value: Number.NaN }] },
    ]);
    assert.equal(
      text,
      [
        '# HELP g A "back\\\\slash"\\nline.',
        "# TYPE g gauge",
        'g{a="x\\"\\\\\\n"} +Inf',
        "# HELP h_seconds H.",
        "# TYPE h_seconds histogram",
        'h_seconds_bucket{r="/",le="0.1"} 1',
        'h_seconds_bucket{r="/",le="1"} 3',
        'h_seconds_bucket{r="/",le="+Inf"} 4',
        'h_seconds_sum{r="/"} 2.5',
        'h_seconds_count{r="/"} 4',
        "# HELP c_total C.",
        "# TYPE c_total counter",
        "c_total NaN",
        "",
      ].join("\n"),
    );
  });
});
