// What the page says, in the reader's words. The texts are fetched from
// /words/<reader>.json; none is written in a script.
//
//   t("leave.title")                the text, furigana as {漢字|かんじ}
//   t("play.mute", { n: 5 })        [n] is put in, plural forms are chosen
//   put(el, "again.title", {name})  fills an element: <ruby>, line breaks, lang
//   plain("play.say")               without furigana, for labels that are spoken
//   kana("play.line-hint")          as it is read, where letters are seen that can carry no furigana
//   apply(root)                     fills every [data-t], [data-t-label] (aria-label),
//                                   [data-t-placeholder], [data-t-title], [data-t-alt]
//   mapText(authored)               what stands on a map
//   board("plaza", authored)        what is read there: id, ground, picture, deed, to, n
//   scene("lost")                   the picture of a plight: ground, picture
//   thing("cat")                    where a thing is on the sheet of things: x, y, width, height,
//                                   and the sheet's width and height
//   ready                           resolves when the first texts are here
//   choose("pt"), furigana(true)    the switches: the server remembers them
//   selector(id)                    a <select> of all readers, wired
//   bracket("el34", remembered)     whose page it is
//   choice(), readers()             what was chosen ("" for nothing), what can be
//
// "kakitsubata:words" is fired on the document whenever the words change.
// Words of others and of the city's maps may be Japanese on a page in another
// language: put and speak set lang on them.
import { ruby } from "./ruby.js";

const cookie = "kkt_words";
const byBracket = { el12: "ja-12", el34: "ja-34", el56: "ja-56", jh: "ja", hs: "ja" };
const kanaLetters = /[\u3040-\u30ff]/;
const japanese = /[\u3040-\u30ff\u3400-\u9fff]/;

let book = { reader: "ja-12", lang: "ja", readers: [], texts: {}, map: {}, shown: {}, lent: [] };
let lent = new Set();
let rules = new Intl.PluralRules("ja");
let chosen = "";
let age = "";
let readings = { furigana: "", ruby: true };
let known = false; // to the server, which remembers the choice
let asked = 0;

// Until the texts are here, and when they never come.
const lost = "いまは つながらないみたい。すこし まって、もういちど ためしてね。";

export const lang = () => book.lang;
export const reader = () => book.reader;
export const readers = () => book.readers;
export const choice = () => chosen;

function find(key, args) {
  const texts = book.texts;
  if (args && typeof args.n === "number" && !(key in texts)) {
    const form = key + "." + rules.select(args.n);
    return form in texts ? form : key + ".other";
  }
  return key;
}

const fill = (text, args) => (args ? text.replace(/\[([a-z]+)\]/g, (m, name) => (name in args ? String(args[name]) : m)) : text);

export function has(key) {
  return key in book.texts || key + ".other" in book.texts;
}

export function t(key, args) {
  const text = book.texts[find(key, args)];
  if (text === undefined) return key === "sorry.lost" ? lost : "";
  return fill(text, args);
}

const bare = (text) => text.replace(/\{([^{}|]*)\|[^{}|]*\}/g, "$1");

const spelled = (text) => text.replace(/\{[^{}|]*\|([^{}|]*)\}/g, "$1");

export const kana = (key, args) => spelled(t(key, args)).replace(/\n/g, " ");

export const plain = (key, args) => bare(t(key, args)).replace(/\n/g, " ");

export const mapText = (authored) => book.map[authored] ?? authored;

export const board = (place, authored) => book.shown?.boards?.[`${place}/${authored}`] ?? null;

export const scene = (name) => book.shown?.scenes?.[name] ?? null;

export function thing(kind) {
  const at = book.shown?.things?.[kind];
  return at ? [...at, ...book.shown.sheet] : null;
}

// write fills an element with text that may carry furigana and line breaks.
export function write(el, text) {
  el.replaceChildren();
  text.split("\n").forEach((line, i) => {
    if (i) el.append(document.createElement("br"));
    el.append(ruby(line));
  });
}

// put fills an element with a text. What is put in is another's (a name, a
// place), so a screen reader is told when it is in another language.
export function put(el, key, args) {
  const raw = book.texts[find(key, args)];
  if (raw === undefined) {
    write(el, t(key, args));
    return;
  }
  tongue(el, lent.has(key) ? "ja" : "");
  el.replaceChildren();
  for (const part of raw.split(/(\[[a-z]+\]|\n)/)) {
    const name = part.slice(1, -1);
    if (part === "\n") el.append(document.createElement("br"));
    else if (part[0] === "[" && args && name in args) speak(el, String(args[name]));
    else el.append(ruby(part));
  }
}

// speak appends words that are not ours, with their language if it is Japanese
// and the page's is not.
export function speak(el, text) {
  if (book.lang === "ja" || !(book.lang === "zh-Hans" ? kanaLetters : japanese).test(text)) {
    el.append(text);
    return;
  }
  const s = document.createElement("span");
  s.lang = "ja";
  s.textContent = text;
  el.append(s);
}

function tongue(el, l) {
  if (l && l !== book.lang) el.lang = l;
  else if (el !== document.documentElement) el.removeAttribute("lang");
}

const places = { tLabel: "aria-label", tPlaceholder: "placeholder", tTitle: "title", tAlt: "alt" };
const seen = new Set(["placeholder", "title"]); // the others are heard

export function apply(root = document) {
  for (const el of root.querySelectorAll("[data-t]")) if (has(el.dataset.t)) put(el, el.dataset.t);
  for (const [name, attr] of Object.entries(places)) {
    const data = name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase());
    for (const el of root.querySelectorAll(`[data-${data}]`)) if (has(el.dataset[name])) el.setAttribute(attr, (seen.has(attr) ? kana : plain)(el.dataset[name]));
  }
}

async function load(want) {
  const turn = ++asked;
  const resp = await fetch(`/words/${want}.json`, { credentials: "same-origin" });
  if (!resp.ok) throw new Error("words: " + resp.status);
  const got = await resp.json();
  if (turn !== asked) return; // another was chosen meanwhile
  book = got;
  lent = new Set(got.lent || []);
  rules = new Intl.PluralRules(got.lang);
  document.documentElement.lang = got.lang;
  document.documentElement.dataset.reader = got.reader;
  apply();
  document.dispatchEvent(new Event("kakitsubata:words"));
}

// follow loads what the reader is to have now: what it chose, else what its
// bracket reads, else what the browser speaks.
async function follow() {
  const want = chosen || byBracket[age] || browser() || "ja-12";
  remember(want);
  if (want === book.reader && Object.keys(book.texts).length) return;
  await load(want);
}

// remember tells the server, which words its own answers by it.
function remember(want) {
  document.cookie = `${cookie}=${want}; path=/; SameSite=Strict${location.protocol === "https:" ? "; Secure" : ""}`;
}

function browser() {
  for (const l of navigator.languages || []) {
    const tag = l.toLowerCase().split("-")[0];
    if (tag === "ja") return "";
    if (tag === "fil") return "tl";
    if (["en", "pt", "vi", "tl", "zh"].includes(tag)) return tag;
  }
  return "";
}

// choose is the switch: a reader of readers(), or "" for what the bracket reads.
export async function choose(want) {
  chosen = want;
  hold();
  await follow();
  await keep();
}

// furigana tells whether others' words come with readings; with a value it is
// the switch.
export function furigana(on) {
  if (on === undefined) return readings.ruby;
  readings = { furigana: on ? "on" : "off", ruby: on };
  return keep();
}

async function keep() {
  if (!known) return;
  const body = JSON.stringify({ reader: chosen, furigana: readings.furigana });
  const resp = await fetch("/api/words", { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body });
  if (resp.ok) readings = await resp.json();
}

function hold() {
  try {
    sessionStorage.setItem(cookie, chosen);
  } catch {
    // The choice lasts as long as the page.
  }
}

// bracket tells whose page it is. remembered is what the server says of a child
// that it knows: its own choice comes before what the browser speaks.
export async function bracket(b, remembered) {
  age = b || "";
  if (remembered) {
    known = true;
    readings = { furigana: remembered.furigana || "", ruby: remembered.ruby !== false };
    chosen = remembered.reader || "";
    hold();
  }
  await follow();
}

// selector is a list of all readers, each named in its own words.
export function selector(id) {
  const s = document.createElement("select");
  if (id) s.id = id;
  const draw = () => {
    s.replaceChildren(
      ...book.readers.map((r) => {
        const o = document.createElement("option");
        o.value = r.reader;
        o.lang = r.lang;
        o.textContent = spelled(r.name);
        return o;
      }),
    );
    s.value = book.reader;
  };
  draw();
  s.addEventListener("change", () => choose(s.value).catch(() => {}));
  document.addEventListener("kakitsubata:words", draw);
  return s;
}

try {
  chosen = sessionStorage.getItem(cookie) || "";
} catch {
  chosen = "";
}
export const ready = follow().catch(() => load("ja-12").catch(() => {}));

// For the game, which is no module.
globalThis.kakitsubataWords = { t, put, plain, write, speak, mapText, board, scene, thing, has, lang, selector, furigana };
