// Fetches and compiles the game while the child is still at the entrance.
let script = null;
let begun = "";
const compiled = {};
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

// draws reports whether this browser can show the picture; without it there is
// text mode.
export function draws() {
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

// seen resolves when the picture of the place is on the page: a child looks at
// it while the game, which is fifty times as heavy, comes after.
const seen = new Promise((ok) => {
  const img = new Image();
  img.src = "/art/plaza-still.png";
  img.decode().then(ok, ok);
  setTimeout(ok, 2000);
});

async function once(text) {
  if (!text) await seen;
  const about = await (await fetch("/client/client.json", { cache: "no-cache" })).json();
  const resp = await fetch("/client/" + (text ? about.text : about.wasm));
  if (!resp.ok || !resp.body) throw new Error("client: " + resp.status);
  const total = (text ? about.textBytes : about.wasmBytes) || 0;
  let got = 0;
  const reader = resp.body.getReader();
  const counted = new ReadableStream({
    async pull(c) {
      const { done, value } = await reader.read();
      if (done) {
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
  if (!script) {
    script = new Promise((ok, no) => {
      const s = document.createElement("script");
      s.src = "/client/" + about.exec;
      s.onload = ok;
      s.onerror = () => {
        script = null;
        no(new Error("client: exec"));
      };
      document.head.append(s);
    });
  }
  await script;
  tell(0.96);
  return module;
}

// load begins, or returns what was begun: the game, or text mode. A failure
// may be tried again.
export function load(text) {
  const key = text ? "text" : "game";
  if (!compiled[key]) {
    if (begun && begun !== key) ratio = 0; // another file, counted from its start
    begun = key;
    compiled[key] = once(text).catch((err) => {
      delete compiled[key];
      throw err;
    });
  }
  return compiled[key];
}

// start runs it. It resolves when the world can be seen, or read.
export async function start(text) {
  const module = await load(text);
  const ready = new Promise((ok) => document.addEventListener("kakitsubata:drawing", ok, { once: true }));
  const go = new globalThis.Go();
  const instance = await WebAssembly.instantiate(module, go.importObject);
  const ended = go.run(instance).then(() => {
    throw new Error("client: ended");
  });
  await Promise.race([ready, ended]);
  tell(1);
}
