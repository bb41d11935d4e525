// Keeps an open staff page up to date. The server sends parts of the page as
// HTML that it has escaped; this script puts them in place of the old ones,
// touching only what differs, so that focus, selection and half-made clicks
// survive. There is no sound.

const title = document.title;
const line = document.getElementById("line");
const alarm = document.getElementById("alarm");
let source = null;
let again = 0;

function say(text) {
  if (!line) return;
  line.textContent = text;
  line.hidden = text === "";
}

function same(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");
}

// morph makes old equal to fresh. Children with an id are found by it.
function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const a of [...old.attributes]) {
    // What a reader opened or closed stays so.
    if (a.name !== "open" && !fresh.hasAttribute(a.name)) old.removeAttribute(a.name);
  }
  for (const a of fresh.attributes) {
    if (a.name !== "open" && old.getAttribute(a.name) !== a.value) old.setAttribute(a.name, a.value);
  }
  let at = old.firstChild;
  for (const want of [...fresh.childNodes]) {
    let have = at;
    if (want.id) have = [...old.childNodes].find((n) => n.id === want.id) || null;
    if (have && same(have, want)) {
      if (have === at) at = at.nextSibling;
      else old.insertBefore(have, at);
      morph(have, want);
    } else {
      old.insertBefore(want, at);
      if (want.id && want.classList.contains("case")) want.classList.add("fresh");
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function place(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of [...page.body.children]) {
    const old = document.getElementById(part.id);
    if (old) morph(old, part);
  }
  badge();
}

function badge() {
  const tally = document.getElementById("tally");
  const open = Number(tally?.dataset.open || 0);
  const urgent = Number(tally?.dataset.urgent || 0);
  if (urgent === 0 && alarm) alarm.textContent = "";
  document.title = (urgent ? "【緊急】" : "") + (open ? `(${open}) ` : "") + title;
}

function listen() {
  clearTimeout(again);
  source = new EventSource("/staff/live" + (document.body.dataset.live || ""));
  source.addEventListener("open", () => say(""));
  source.addEventListener("part", (e) => place(JSON.parse(e.data)));
  source.addEventListener("alarm", (e) => { alarm.textContent = JSON.parse(e.data); });
  source.addEventListener("out", () => { source.close(); location.assign("/staff/"); });
  source.addEventListener("elsewhere", () => {
    source.close();
    say("ほかのタブで多く開いているため、この画面は自動では新しくなりません。読み込みなおすと、また新しくなります。");
  });
  source.addEventListener("error", () => {
    say("サーバーとの接続がとぎれました。つなぎなおしています…");
    // The browser tries again by itself unless the answer was no stream.
    if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, 3000 + Math.random() * 4000);
  });
}

badge();
if (document.body.dataset.live !== undefined) listen();
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (e) => { if (e.persisted) listen(); });
