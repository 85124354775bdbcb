/** Makes the reference interactive: finds operations, sends requests, follows event streams. */

const token = document.querySelector("#token");
token.value = sessionStorage.getItem("plinth-token") ?? "";
token.addEventListener("input", () => sessionStorage.setItem("plinth-token", token.value));

document.querySelector("#search").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/);
  for (const item of document.querySelectorAll("nav li[data-words]"))
    item.hidden = !words.every((word) => item.dataset.words.includes(word));
});

for (const form of document.querySelectorAll("form[data-path]"))
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter?.name === "watch");
  });

/** What the form describes, as a request. */
function requestOf(form, isWatch) {
  const headers = new Headers({ Accept: isWatch ? "text/event-stream" : "application/json" });
  if (token.value !== "") headers.set("Authorization", `Bearer ${token.value}`);
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const input of form.querySelectorAll("input[data-in]")) {
    if (input.value === "") continue;
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.in === "query") query.set(input.name, input.value);
    else headers.set(input.name, input.value);
  }
  const body = form.elements.namedItem("body")?.value;
  if (body) headers.set("Content-Type", "application/json");
  const search = query.size > 0 ? `?${query}` : "";
  return { url: path + search, options: { method: form.dataset.method, headers, ...(body ? { body } : {}) } };
}

async function send(form, isWatch) {
  const output = form.querySelector("output");
  const stop = form.querySelector("button[name=stop]");
  const { url, options } = requestOf(form, isWatch);
  const ending = new AbortController();
  stop.hidden = !isWatch;
  stop.onclick = () => ending.abort();
  output.hidden = false;
  output.textContent = "…";
  const start = performance.now();
  try {
    const response = await fetch(url, { ...options, signal: ending.signal });
    output.replaceChildren(headOf(url, options, response, performance.now() - start));
    if (isWatch && response.ok) await follow(response, output);
    else output.append(block("pre", pretty(await response.text())));
  } catch (error) {
    output.append(block("p", ending.signal.aborted ? "Stopped." : `No answer: ${error.message}`));
  }
  stop.hidden = true;
}

function headOf(url, options, response, ms) {
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const head = document.createElement("div");
  const status = block("b", `${response.status} ${response.statusText}`);
  status.className = response.ok ? "status good" : "status bad";
  const details = document.createElement("details");
  details.append(block("summary", "Headers"), block("pre", lines));
  head.append(status, ` ${options.method} ${url} · ${Math.round(ms)} ms`, details);
  return head;
}

async function follow(response, output) {
  const events = block("pre", "");
  output.append(events);
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) events.append(text);
  output.append(block("p", "The stream has ended."));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** An element with text: what a server sends is never taken for markup. */
function block(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
