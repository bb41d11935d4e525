// Fetches and compiles the game while the child is still at the entrance.
let script = null;
let begun = "";
let about = ask(); // it names the files, so nothing can begin before
const compiled = {};
const stops = {};
const watchers = new Set();
let ratio = 0;

export function onProgress(f) {
  watchers.add(f);
  f(ratio);
}

function tell(r) {
  ratio = Math.max(ratio, Math.min(1, r));
  for (const f of watchers) f(ratio);
}

// missing names the first thing that the city needs and this browser lacks.
export function missing() {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") return "wasm";
  if (typeof WebSocket !== "function") return "socket";
  return "";
}

// draws tells, later, whether this browser can show the picture; without it
// there is text mode. It is tried once.
let able = null;

export function draws() {
  able ||= new Promise((ok) => {
    try {
      const aside = new Worker("/gl.js");
      aside.onmessage = (e) => {
        aside.terminate();
        ok(e.data || drawsHere());
      };
      aside.onerror = () => ok(drawsHere());
    } catch {
      ok(drawsHere());
    }
  });
  return able;
}

// drawsHere tries it in the page itself, which waits for it. A device's owner
// may have forbidden WebGL to pages alone.
export function drawsHere() {
  try {
    const gl = document.createElement("canvas").getContext("webgl2");
    if (!gl) return false;
    const lose = gl.getExtension("WEBGL_lose_context");
    if (lose) lose.loseContext();
    return true;
  } catch {
    return false;
  }
}

// mark notes when a step was done, for whoever measures the page.
function mark(what) {
  performance.mark("kakitsubata:" + what);
}

function ask() {
  const got = fetch("/client/client.json", { cache: "no-cache" }).then((resp) => resp.json());
  got.catch(() => (about = null)); // asked again when it is needed
  return got;
}

// execute loads Go's own script, which runs either file.
function execute(name) {
  if (script) return script;
  script = new Promise((ok, no) => {
    const s = document.createElement("script");
    s.src = "/client/" + name;
    s.onload = ok;
    s.onerror = () => {
      script = null;
      no(new Error("client: exec"));
    };
    document.head.append(s);
  });
  script.catch(() => {}); // whoever waits for it is told
  return script;
}

async function once(text, signal) {
  const names = await (about || (about = ask()));
  const ready = execute(names.exec); // few bytes, before the many
  const resp = await fetch("/client/" + (text ? names.text : names.wasm), { signal });
  if (!resp.ok || !resp.body) throw new Error("client: " + resp.status);
  const total = (text ? names.textBytes : names.wasmBytes) || 0;
  let got = 0;
  const reader = resp.body.getReader();
  const counted = new ReadableStream({
    async pull(c) {
      const { done, value } = await reader.read();
      if (done) {
        mark("fetched");
        c.close();
        return;
      }
      got += value.byteLength;
      if (total) tell(0.02 + (0.9 * got) / total);
      c.enqueue(value);
    },
    cancel: (why) => reader.cancel(why),
  });
  const typed = new Response(counted, { headers: { "Content-Type": "application/wasm" } });
  const module = WebAssembly.compileStreaming
    ? await WebAssembly.compileStreaming(typed)
    : await WebAssembly.compile(await typed.arrayBuffer());
  mark("compiled");
  await ready;
  tell(0.96);
  return module;
}

// load begins, or returns what was begun: the game, or text mode. A failure
// may be tried again. The other one, if it is still on its way, is not needed
// any more.
export function load(text) {
  const key = text ? "text" : "game";
  if (!compiled[key]) {
    if (begun && begun !== key) {
      ratio = 0; // another file, counted from its start
      if (stops[begun]) {
        stops[begun].abort();
        forget(begun);
      }
    }
    begun = key;
    const stop = (stops[key] = new AbortController());
    compiled[key] = once(text, stop.signal).then(
      (module) => {
        if (stops[key] === stop) delete stops[key];
        return module;
      },
      (err) => {
        if (stops[key] === stop) forget(key);
        throw err;
      },
    );
  }
  return compiled[key];
}

function forget(key) {
  delete compiled[key];
  delete stops[key];
}

// start runs it. It resolves when the world can be seen, or read.
export async function start(text) {
  const module = await load(text);
  const ready = new Promise((ok) => document.addEventListener("kakitsubata:drawing", ok, { once: true }));
  const go = new globalThis.Go();
  mark("running");
  const instance = await WebAssembly.instantiate(module, go.importObject);
  const ended = go.run(instance).then(() => {
    throw new Error("client: ended");
  });
  await Promise.race([ready, ended]);
  mark("drawn");
  tell(1);
}
