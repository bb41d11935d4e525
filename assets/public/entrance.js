// The entrance: one step at a time, in the child's own pace, while the game is
// fetched in the background. What the server says is shown as it says it.
import { ruby, show } from "./ruby.js";
import { post, state, Sorry } from "./api.js";
import * as loader from "./loader.js";
import * as looks from "./looks.js";
import * as prefs from "./prefs.js";

const $ = (id) => document.getElementById(id);
const steps = [...document.querySelectorAll(".step")];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const watching = new URLSearchParams(location.search).get("watch") === "1";
const child = { look: looks.random(), name: "", names: [], entered: false };
let here = "wait";
let texts = {};

function go(step) {
  if (step === here) return;
  here = step;
  for (const s of steps) s.hidden = s.dataset.step !== step;
  const s = steps.find((s) => s.dataset.step === step);
  document.querySelector(".brand").classList.toggle("small", !["wait", "hello", "again", "load"].includes(step));
  $("entrance").classList.toggle("ready", $("bar").value >= 96 && step !== "load");
  $("entrance").scrollTop = 0;
  const first = s.querySelector("input:not([type=checkbox])") || s.querySelector("h2");
  const touch = matchMedia("(pointer: coarse)").matches;
  (touch ? s.querySelector("h2") : first).focus({ preventScroll: true });
}

function sorry(text) {
  show($("sorry-text"), text);
  go("sorry");
}

const lacks = {
  wasm: "この ブラウザでは あそべないみたい。あたらしい Chrome か Edge で ひらいてね。",
  socket: "この ブラウザでは おしゃべりが できないみたい。あたらしい Chrome か Edge で ひらいてね。",
  webgl: "この タブレットでは えを うごかせない（WebGL が つかえない）みたい。せんせいや おうちの ひとに きいてね。",
};

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
      show($("code-say"), "カードの もじを いれてね。");
      code.focus();
      return;
    }
    const got = await post("/api/code", { code: code.value });
    child.names = got.names || [];
    if (got.looks && got.looks.length) child.look = got.looks[Math.floor(Math.random() * got.looks.length)];
    drawNames();
    drawLook();
    go("name");
  });
});

// ---- name -----------------------------------------------------------------

function drawNames() {
  $("names").replaceChildren(
    ...child.names.map((n) => {
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

const fields = [
  ["はだの いろ", 0, "head"],
  ["かみの いろ", 1, "head"],
  ["かみがた", 2, "head"],
  ["ふく", 3, "body"],
  ["ふくの いろ", 4, "body"],
  ["ぼうし", 5, "head"],
];

function drawParts() {
  $("parts").replaceChildren(
    ...fields.map(([name, f, part]) => {
      const set = document.createElement("fieldset");
      const legend = document.createElement("legend");
      legend.textContent = name;
      const pick = document.createElement("div");
      pick.className = "pick " + part;
      for (let v = 0; v < looks.choices[f]; v++) {
        const b = document.createElement("button");
        b.type = "button";
        b.setAttribute("aria-label", `${name} ${v + 1}`);
        const c = document.createElement("canvas");
        c.width = 32;
        c.height = 42;
        b.append(c);
        b.addEventListener("click", () => {
          const p = looks.unpack(child.look);
          p[f] = v;
          child.look = looks.pack(p);
          drawLook();
        });
        pick.append(b);
      }
      set.append(legend, pick);
      return set;
    }),
  );
}

function drawLook() {
  looks.paint($("look"), child.look);
  looks.paint($("walker-look"), child.look);
  const p = looks.unpack(child.look);
  document.querySelectorAll("#parts .pick").forEach((pick, i) => {
    const f = fields[i][1];
    [...pick.children].forEach((b, v) => {
      const q = p.slice();
      q[f] = v;
      looks.paint(b.firstChild, looks.pack(q));
      b.setAttribute("aria-pressed", String(p[f] === v));
    });
  });
}

$("look-dice").addEventListener("click", () => {
  child.look = looks.random();
  drawLook();
});

$("look-go").addEventListener("click", (e) =>
  busy(e.currentTarget, $("look-say"), async () => {
    const got = await post("/api/register", { name: child.name, look: child.look, keep: $("keep").checked });
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
    go("words");
  }),
);

// ---- passphrase -----------------------------------------------------------

$("noted").addEventListener("change", (e) => ($("words-go").disabled = !e.target.checked));
$("words-print").addEventListener("click", () => window.print());
$("words-copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(`かきつばた\n${child.name}\n${child.phrase.join(" ")}`);
    show($("words-say"), "コピーしたよ。だいじな ところに はってね。");
  } catch {
    show($("words-say"), "コピーできなかったよ。かみに かいてね。");
  }
});
$("words-go").addEventListener("click", () => enter());

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

$("form-return").addEventListener("submit", (e) => {
  e.preventDefault();
  busy(e.submitter || e.target.querySelector(".go"), $("return-say"), async () => {
    const name = $("r-name").value.normalize("NFKC").replace(/\s/g, "");
    const passphrase = words.map((w) => kana(w.value)).join(" ");
    const empty = !name ? $("r-name") : words.find((w) => !w.value.trim());
    if (empty) {
      show($("return-say"), "なまえと 4つの ことばを ぜんぶ いれてね。");
      empty.focus();
      return;
    }
    const got = await post("/api/return", { name, passphrase, keep: $("r-keep").checked });
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

async function enter() {
  if (child.entered) return;
  child.entered = true;
  go("load");
  for (let tries = 0; ; tries++) {
    try {
      await loader.start(prefs.text());
      break;
    } catch (err) {
      console.error(err);
      if (tries >= 2) {
        sorry("ひろばを ひらけなかったよ。ネットに つながっているか たしかめて、もういちど ひらいてね。");
        return;
      }
      await new Promise((ok) => setTimeout(ok, 1500 * (tries + 1)));
    }
  }
  $("entrance").classList.add("gone");
  setTimeout(() => ($("entrance").hidden = true), calm.matches ? 0 : 320);
}

// ---- the walking figure on the bar ----------------------------------------

let walkFrame = 0;
loader.onProgress((r) => {
  $("bar").value = Math.round(r * 100);
  const room = $("road").clientWidth - 64;
  $("walker").style.transform = `translateX(${Math.round(r * Math.max(0, room))}px)`;
  // Once the game is here the road makes room for what the child reads.
  $("entrance").classList.toggle("ready", r >= 0.96 && here !== "load");
  if (r >= 0.96) show($("load-text"), "とうちゃく！ とびらを あけるよ。");
});
setInterval(() => {
  if (calm.matches || $("entrance").hidden || document.hidden) return;
  const frames = looks.walkFrames();
  walkFrame = (walkFrame + 1) % frames.length;
  looks.paint($("walker-look"), child.look, frames[walkFrame]);
}, 160);

// ---- begin ----------------------------------------------------------------

for (const b of document.querySelectorAll("[data-go]")) b.addEventListener("click", () => go(b.dataset.go));
$("sorry-again").addEventListener("click", () => location.reload());

function fill(id, lines) {
  if (!lines || !lines.length) return;
  $(id).replaceChildren(
    ...lines.map((t) => {
      const p = document.createElement("p");
      p.append(ruby(t));
      return p;
    }),
  );
}

async function begin() {
  drawParts();
  drawLook();
  looks.ready().then(() => {
    drawLook();
    looks.paint($("again-look"), child.look);
  });
  const lack = loader.missing();
  if (lack) {
    sorry(lacks[lack]);
    return;
  }
  loader.load(prefs.text()).catch(() => {}); // tried again when the child enters
  let s;
  try {
    s = await state();
  } catch (err) {
    sorry(err.text || "");
    return;
  }
  texts = s.texts || {};
  show($("city"), s.city || "");
  document.title = s.title ? `${s.title.replace(/\{([^|}]*)\|[^}]*\}/g, "$1")}` : document.title;
  fill("text-kept", texts.kept);
  fill("text-watch", texts.watch);
  fill("text-leave", texts.leave);
  $("demo-note").hidden = !s.demo;
  if (watching) {
    if (s.watch) enter();
    else sorry("みまもりの {画面|がめん}は、スタッフの ページから ひらいてください。");
    return;
  }
  if (s.open === false) {
    sorry(s.closedText || "いまは おやすみの じかんです。また あとで きてね。");
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
    $("again-name").textContent = child.name;
    go("again");
    return;
  }
  go("hello");
}

begin();
