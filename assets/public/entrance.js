// The entrance: one step at a time, in the child's own pace, while the game is
// fetched in the background. What the server says is shown as it says it.
import { show } from "./ruby.js";
import { plain, put, t, write, bracket, choice, reader, ready, selector } from "./words.js";
import { post, state, Sorry } from "./api.js";
import * as app from "./app.js";
import * as dressing from "./dressing.js";
import * as loader from "./loader.js";
import * as looks from "./looks.js";
import * as prefs from "./prefs.js";

const $ = (id) => document.getElementById(id);
const steps = [...document.querySelectorAll(".step")];
const wide = matchMedia("(min-width: 40rem)"); // all choices of a look beside it
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const watching = new URLSearchParams(location.search).get("watch") === "1";
const child = { look: looks.random(), name: "", names: [], entered: false };
let here = "wait";
let before = "hello"; // where one came from

function go(step) {
  if (step === here) return;
  if (step === "more") before = here;
  here = step;
  if (step === "look") dress();
  for (const s of steps) s.hidden = s.dataset.step !== step;
  const s = steps.find((s) => s.dataset.step === step);
  document.querySelector(".brand").classList.toggle("small", !["wait", "hello", "load"].includes(step));
  $("entrance").dataset.here = step;
  makeRoom(true);
  $("entrance").scrollTop = 0;
  const first = s.querySelector("input:not([type=checkbox], [type=radio], [type=file])") || s.querySelector("h2");
  const touch = matchMedia("(pointer: coarse)").matches;
  (touch ? s.querySelector("h2") : first).focus({ preventScroll: true });
}

// sorry says why one can't come in. Where it is the picture that can't be had,
// there is still the page to be read.
let broken = false;
function sorry(text, picture) {
  broken = !!picture;
  show($("sorry-text"), text);
  $("sorry-text-mode").hidden = !picture || blind || prefs.text();
  go("sorry");
}

// busy keeps a button from being pressed twice, and shows the server's word.
async function busy(button, say, work) {
  if (button.disabled) return;
  button.disabled = true;
  show(say, "");
  try {
    await work();
  } catch (err) {
    if (!(err instanceof Sorry)) throw err;
    show(say, err.text);
    if (err.wait > 0) {
      await new Promise((ok) => setTimeout(ok, Math.min(err.wait, 60) * 1000));
      show(say, "");
    }
  } finally {
    button.disabled = false;
  }
}

// ---- what a child is told first -------------------------------------------

// The voice reads the card's sentence, which has the focus; Enter goes on.
for (const h of document.querySelectorAll(".told h2")) {
  h.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.repeat) return;
    e.preventDefault();
    go(h.closest(".step").querySelector(".go").dataset.go);
  });
}

$("more-back").addEventListener("click", () => go(before));

// ---- code -----------------------------------------------------------------

const group = (s) => {
  const plain = s.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
  const cut = plain.startsWith("KKT") ? [3, 7, 11] : [4, 8];
  return [...plain.slice(0, 16)].map((c, i) => (cut.includes(i) ? "-" + c : c)).join("");
};

const code = $("code");
code.addEventListener("input", (e) => {
  if (e.isComposing) return;
  const atEnd = code.selectionStart === code.value.length;
  const was = code.value;
  const now = group(was);
  if (now !== was && atEnd) code.value = now;
});
code.addEventListener("compositionend", () => (code.value = group(code.value)));

$("form-code").addEventListener("submit", (e) => {
  e.preventDefault();
  busy(e.submitter || e.target.querySelector(".go"), $("code-say"), async () => {
    code.value = group(code.value);
    if (!code.value) {
      put($("code-say"), "code.empty");
      code.focus();
      return;
    }
    const got = await post("/api/code", { code: code.value });
    await bracket(got.bracket).catch(() => {});
    child.names = got.names || [];
    if (got.looks && got.looks.length) child.look = got.looks[Math.floor(Math.random() * got.looks.length)];
    drawNames();
    drawLook();
    go("name");
  });
});

// ---- name -----------------------------------------------------------------

// few are the names that fit on a screen that is read in a breath.
const few = (names) => [...names].sort((a, b) => a.length - b.length).slice(0, 3);

function drawNames() {
  $("names").replaceChildren(
    ...few(child.names).map((n) => {
      const b = document.createElement("button");
      b.type = "button";
      b.textContent = n;
      b.setAttribute("aria-pressed", String(n === child.name));
      b.addEventListener("click", () => {
        child.name = n;
        $("look-name").textContent = n;
        drawNames();
        drawLook();
        go("look");
      });
      return b;
    }),
  );
}

$("names-more").addEventListener("click", (e) =>
  busy(e.currentTarget, $("name-say"), async () => {
    const got = await post("/api/names");
    child.names = got.names || [];
    child.name = "";
    drawNames();
    $("names").querySelector("button")?.focus();
  }),
);

// ---- look -----------------------------------------------------------------

let drawParts = null; // some forty pictures, made when they are to be seen
const mirror = dressing.mirror($("look"), $("look-turn"));

function dress() {
  $("look-more").open = wide.matches;
}
wide.addEventListener("change", dress);

$("look-more").addEventListener("toggle", () => {
  if (!$("look-more").open) return;
  drawParts ||= dressing.parts($("parts"), child.look, (look) => {
    child.look = look;
    mirror(look);
    looks.paint($("walker-look"), look);
  });
});

function drawLook() {
  if (drawParts) drawParts(child.look);
  mirror(child.look);
  looks.paint($("walker-look"), child.look);
}

// Who wants to be remembered reads where that is well done.
for (const k of ["keep", "r-keep"]) $(k).addEventListener("change", () => ($(k + "-mine").hidden = !$(k).checked));

$("look-dice").addEventListener("click", () => {
  child.look = looks.random();
  drawLook();
});

// Who is known already comes here to change clothes, and goes back in.
$("again-look-go").addEventListener("click", () => {
  child.changing = true;
  $("look-name").textContent = child.name;
  $("keep").closest("label").hidden = true;
  document.querySelector("[data-step=look] [data-go=name]").dataset.go = "again";
  drawLook();
  go("look");
});

$("look-go").addEventListener("click", (e) =>
  busy(e.currentTarget, $("look-say"), async () => {
    if (child.changing) {
      await post("/api/look", { look: child.look });
      enter();
      return;
    }
    const got = await post("/api/register", { name: child.name, look: child.look, keep: $("keep").checked, reader: choice() });
    await bracket(got.bracket, got).catch(() => {});
    child.name = got.name;
    child.phrase = got.passphrase || [];
    $("words-name").textContent = got.name;
    $("words").replaceChildren(
      ...child.phrase.map((w) => {
        const li = document.createElement("li");
        li.textContent = w;
        return li;
      }),
    );
    drawCard(got.card);
    greet();
    go("words");
  }),
);

// greet has the game show the first minute to who comes for the first time.
function greet() {
  try {
    sessionStorage.setItem("kkt.guide", "1");
  } catch {
    // Then there is no guide.
  }
}

// ---- passphrase -----------------------------------------------------------

$("words-print").addEventListener("click", () => window.print());
$("words-copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(`${plain("page.title")}\n${child.name}\n${child.phrase.join(" ")}`);
    put($("words-say"), "passphrase.copied");
  } catch {
    put($("words-say"), "passphrase.not-copied");
  }
});
$("words-go").addEventListener("click", () => enter());
$("words-later").addEventListener("click", () => {
  child.later = true;
  enter();
});

// Who put it off is shown the words once more where one says good night: they
// are nowhere but in this page, and on paper.
document.addEventListener("kakitsubata:leaving", (e) => {
  if (!child.later) return;
  const title = document.createElement("p");
  put(title, "passphrase.title");
  const card = $("keepsake").cloneNode(true);
  for (const needless of card.querySelectorAll(".qr, .for-paper")) needless.remove();
  for (const n of [card, ...card.querySelectorAll("[id]")]) n.removeAttribute("id");
  e.detail.box.replaceChildren(title, card);
});

// The way back as a picture. It is shown when it is asked for and goes on paper;
// it is not offered as a file, which a shared tablet would keep.
function drawCard(card) {
  if (!card || !card.size) return;
  const quiet = 4;
  const side = card.size + 2 * quiet;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `${-quiet} ${-quiet} ${side} ${side}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", plain("passphrase.qr-label"));
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", card.path);
  svg.append(path);
  $("qr").replaceChildren(svg);
  $("words-qr").hidden = false;
}

$("words-qr").addEventListener("click", (e) => {
  const open = $("qr").hidden;
  $("qr").hidden = $("qr-lead").hidden = !open;
  e.currentTarget.setAttribute("aria-expanded", String(open));
});

// ---- coming back ----------------------------------------------------------

const words = [...document.querySelectorAll("input.word")];
const kana = (s) =>
  s.normalize("NFKC").trim().replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));

for (const [i, w] of words.entries()) {
  // All four pasted or typed into one field go where they belong.
  w.addEventListener("input", (e) => {
    if (e.isComposing) return;
    const parts = w.value.split(/[\s\u3000・、,]+/).filter(Boolean);
    if (parts.length < 2) return;
    parts.forEach((p, k) => words[i + k] && (words[i + k].value = p));
    words[Math.min(i + parts.length, 3)].focus();
  });
}

// The card's picture can be read back where the browser knows how. The photo
// stays on this device: what is read goes into the fields, no further.
if ("BarcodeDetector" in window) {
  globalThis.BarcodeDetector.getSupportedFormats().then((known) => ($("scan").hidden = !known.includes("qr_code")), () => {});
}
$("scan-file").addEventListener("change", async (e) => {
  const file = e.target.files[0];
  e.target.value = "";
  if (!file) return;
  let text = "";
  try {
    const found = await new globalThis.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    text = found.map((f) => f.rawValue).find((v) => v.startsWith("かきつばた\n")) || "";
  } catch {
    // A picture that can't be read holds no code.
  }
  const name = /^なまえ (.+)$/m.exec(text);
  const said = /^ことば (.+)$/m.exec(text);
  if (!name || !said) {
    put($("return-say"), "return.scan-none");
    return;
  }
  show($("return-say"), "");
  $("r-name").value = name[1];
  said[1].split(" ").forEach((w, i) => words[i] && (words[i].value = w));
});

$("form-return").addEventListener("submit", (e) => {
  e.preventDefault();
  busy(e.submitter || e.target.querySelector(".go"), $("return-say"), async () => {
    const name = $("r-name").value.normalize("NFKC").replace(/\s/g, "");
    const passphrase = words.map((w) => kana(w.value)).join(" ");
    const empty = !name ? $("r-name") : words.find((w) => !w.value.trim());
    if (empty) {
      put($("return-say"), "return.empty");
      empty.focus();
      return;
    }
    const got = await post("/api/return", { name, passphrase, keep: $("r-keep").checked, reader: choice() });
    await bracket(got.bracket, got).catch(() => {});
    child.name = got.name;
    enter();
  });
});

$("again-go").addEventListener("click", () => enter());
$("again-other").addEventListener("click", async (e) => {
  e.currentTarget.disabled = true;
  try {
    await post("/api/leave");
  } catch {
    // The ticket is forgotten by whoever comes in next.
  }
  e.target.disabled = false;
  go("hello");
});

// ---- into the game --------------------------------------------------------

const keepAfter = 5000; // ms: what is kept for the next visit does not hinder the first steps of this one

async function enter() {
  if (child.entered) return;
  child.entered = true;
  go("load");
  for (let tries = 0; ; tries++) {
    try {
      await loader.start(await reading());
      break;
    } catch (err) {
      console.error(err);
      if (readInstead()) return;
      if (tries >= 2) {
        child.entered = false;
        sorry(t(navigator.onLine === false ? "app.offline" : "sorry.open"), true);
        return;
      }
      await new Promise((ok) => setTimeout(ok, 1500 * (tries + 1)));
    }
  }
  setTimeout(app.keep, keepAfter);
  $("entrance").classList.add("gone");
  setTimeout(() => ($("entrance").hidden = true), calm.matches ? 0 : 320);
}

// ---- the walking figure on the bar ----------------------------------------

// It takes steps, as all pictures here do: a machine that draws by itself has
// no time to glide, while there is something to load.
let walkFrame = 0;
let come = 0;
let shown = -1;
loader.onProgress((r) => (come = r));
setInterval(() => {
  if ($("entrance").hidden || document.hidden) return;
  if (come !== shown) walkTo((shown = come));
  if (calm.matches || (come >= 0.96 && here === "load")) return; // it is there, and the world needs the machine
  const frames = looks.walkFrames();
  walkFrame = (walkFrame + 1) % frames.length;
  looks.paint($("walker-look"), child.look, frames[walkFrame]);
}, 160);

function walkTo(r) {
  $("bar").value = Math.round(r * 100);
  const room = $("road").clientWidth - 64;
  $("walker").style.transform = `translateX(${Math.round(r * Math.max(0, room))}px)`;
  makeRoom(false);
  if (r >= 0.96) put($("load-text"), "load.arrived");
}

// Once the game is here the road is not needed. It makes room for what the child
// reads with the next step only: nothing moves under a finger.
function makeRoom(anew) {
  const needless = come >= 0.96 && here !== "load";
  $("entrance").classList.toggle("come", needless);
  if (anew) $("entrance").classList.toggle("ready", needless && !document.querySelector(".told:not([hidden])"));
}

// ---- begin ----------------------------------------------------------------

for (const b of document.querySelectorAll("[data-go]")) b.addEventListener("click", () => go(b.dataset.go));
$("sorry-again").addEventListener("click", () => (broken ? app.renew() : location.reload()));
window.addEventListener("online", () => here === "sorry" && !child.entered && location.reload());

// ---- the picture, or the page to be read ----------------------------------

let blind = recall("kkt.blind"); // there is no WebGL, as far as is known yet

// reading tells whether the page is to be read.
async function reading() {
  if (prefs.text() || watching || blind) return prefs.text() || blind;
  blind = !(await loader.draws());
  return blind;
}

function modes() {
  words.forEach((w, i) => w.setAttribute("aria-label", plain("return.word", { n: i + 1 })));
  for (const p of document.querySelectorAll(".at")) p.setAttribute("aria-label", plain("promise.step", { n: +p.dataset.n }));
  for (const b of document.querySelectorAll("[data-mode]")) {
    if (b.id) continue;
    b.hidden = blind || (b.dataset.mode === "text") === prefs.text();
  }
}
for (const b of document.querySelectorAll("[data-mode]")) {
  b.addEventListener("click", () => {
    prefs.set("text", b.dataset.mode === "text" ? "on" : "");
    loader.load(prefs.text()).catch(() => {});
    modes();
    if (here === "sorry") location.reload();
  });
}

function fill(id, lines) {
  if (!lines || !lines.length) return;
  $(id).replaceChildren(
    ...lines.map((t) => {
      const p = document.createElement("p");
      write(p, t);
      return p;
    }),
  );
}

// tell shows what the city says of itself.
function tell(s) {
  const texts = s.texts || {};
  show($("city"), s.city || "");
  document.title = s.title ? `${s.title.replace(/\{([^|}]*)\|[^}]*\}/g, "$1")}` : document.title;
  fill("text-kept", texts.kept);
  fill("text-watch", texts.watch);
  fill("text-leave", texts.leave);
  fill("text-demo", s.demo ? texts.demo : null);
  $("text-demo").hidden = !s.demo;
  for (const h of document.querySelectorAll("[data-card]")) write(h, (texts["card." + h.dataset.card] || [""])[0]);
  $("demo-note").hidden = !s.demo;
}

// In other words, everything is said again.
document.addEventListener("kakitsubata:words", () => {
  if ($("entrance").hidden || here === "wait") return;
  modes();
  if (here === "again") put($("h-again"), "again.title", { name: child.name });
  state().then(tell, () => {});
});

// anew reports whether the game asked to be begun once more, without a question.
function anew() {
  const asked = recall("kkt.enter");
  if (asked) sessionStorage.removeItem("kkt.enter");
  return asked;
}

// recall reports whether this tab was left a word.
function recall(key) {
  try {
    return !!sessionStorage.getItem(key);
  } catch {
    return false;
  }
}

// readInstead begins the page once more, as one to be read: what was begun as a
// picture can't be taken back. It reports whether that is so.
function readInstead() {
  if (watching || blind || prefs.text() || loader.drawsHere()) return false;
  try {
    sessionStorage.setItem("kkt.blind", "1");
    sessionStorage.setItem("kkt.enter", "1");
  } catch {
    return false;
  }
  location.reload();
  return true;
}

async function begin() {
  if (await app.fresh()) return; // the page is about to be a newer one
  const lack = loader.missing();
  const asked = state();
  asked.catch(() => {}); // told below
  await ready;
  modes();
  drawLook();
  $("reader").replaceWith(selector("reader"));
  looks.ready().then(() => {
    drawLook();
    looks.paint($("again-look"), child.look);
  });
  if (lack) {
    sorry(t("sorry." + lack));
    return;
  }
  let s;
  try {
    s = await asked;
  } catch (err) {
    sorry(navigator.onLine === false ? t("app.offline") : err.text || "");
    return;
  }
  tell(s);
  if (watching) {
    if (s.watch) enter();
    else sorry(t("sorry.watch"));
    return;
  }
  if (s.open === false) {
    sorry(s.closedText || t("sorry.closed"));
    return;
  }
  if (s.in) {
    child.name = s.name || "";
    if (s.look) {
      child.look = s.look;
      drawLook();
      looks.paint($("again-look"), child.look);
    } else {
      $("again-look").hidden = true;
    }
    const was = reader();
    await bracket(s.bracket, s).catch(() => {});
    if (reader() !== was) state().then(tell, () => {});
    put($("h-again"), "again.title", { name: child.name });
    if (anew()) {
      enter();
      return;
    }
    go("again");
  } else {
    go("hello");
  }
  fetchAhead();
}

// fetchAhead begins what is heavy, once nothing else is wanted of the line: the
// child reads meanwhile.
function fetchAhead() {
  loader.load(blind || prefs.text() || typeof WebGL2RenderingContext !== "function").catch(() => {}); // tried again when the child enters
  reading().then((text) => {
    if (text) loader.load(true).catch(() => {});
    modes();
  });
}

begin();
