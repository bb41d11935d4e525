// Our own rules of a page that is open to all, judged on what is shown:
//   name      whatever can be pressed or filled in has a name
//   size      and is at least 44 CSS px each way, or in a line of text
//   edge      and lies within the page, with nothing over its middle
//   contrast  text is told from what is behind it: 4.5 to 1, large 3 to 1
//   head      the page says its language, has a title, and no id twice
//   wide      nothing makes the page scroll sideways
async function () {
  const found = [];
  const tell = (rule, e, why) => found.push({ rule, where: e === document ? "page" : way(e), why });
  const way = (e) => (e.id ? "#" + e.id : e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? "." + [...e.classList].join(".") : "") +
    (e.dataset && e.dataset.deed ? `[data-deed=${e.dataset.deed}]` : "")) + ` "${(e.textContent || "").trim().slice(0, 20)}"`;
  const shown = (e) => {
    if (!e.getClientRects().length || e.closest("[inert]")) return false;
    const s = getComputedStyle(e);
    return s.visibility === "visible" && !(e.closest(".hid") || s.clipPath === "inset(50%)");
  };
  // What is behind an open sheet is not there to be pressed.
  const sheet = document.querySelector("#sheet");
  const open = sheet && shown(sheet) ? sheet : document;

  const label = (e) => (e.getAttribute("aria-label") || (e.getAttribute("aria-labelledby") || "").split(" ").map((i) => (document.getElementById(i) || {}).textContent || "").join(" ") ||
    [...(e.labels || [])].map((l) => l.textContent).join(" ") || e.textContent || e.title || "").trim();
  for (const e of open.querySelectorAll("button, a[href], input, select, textarea, [role=button], [tabindex='0']")) {
    const radio = e.matches("input.hid");
    const seen = radio ? e.parentElement : e;
    if (!shown(seen)) continue;
    if (!label(e)) tell("name", e, "has no name");
    if (e.matches("[role=log], [role=application], canvas")) continue;
    const boxed = (e.type === "checkbox" || e.type === "radio") && e.closest("label") ? e.closest("label") : seen;
    const r = boxed.getBoundingClientRect();
    if (e.id === "skip") continue; // comes into sight with the focus
    if (r.width < 43.5 || r.height < 43.5) tell("size", e, `${Math.round(r.width)} by ${Math.round(r.height)}`);
    if (r.right > innerWidth + 1 || r.left < -1) tell("edge", e, `from ${Math.round(r.left)} to ${Math.round(r.right)} of ${innerWidth}`);
    e.scrollIntoView({ block: "nearest" });
    const at = boxed.getBoundingClientRect();
    const over = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
    if (at.bottom > 0 && at.top < innerHeight && over && over !== e && !boxed.contains(over) && !over.contains(boxed) && !e.contains(over)) {
      const mid = at.top + at.height / 2;
      if (mid > 0 && mid < innerHeight) tell("edge", e, "lies under " + way(over));
    }
  }

  const parse = (c) => {
    const m = /rgba?\(([\d.]+),? ([\d.]+),? ([\d.]+)(?:,? ?\/? ?([\d.]+))?\)/.exec(c);
    return m ? [+m[1], +m[2], +m[3], m[4] === undefined ? 1 : +m[4]] : null;
  };
  const light = ([r, g, b]) => [r, g, b].reduce((n, v, i) => {
    v /= 255;
    return n + [0.2126, 0.7152, 0.0722][i] * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  for (const e of open.querySelectorAll("*")) {
    const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!text || !shown(e) || e.closest("[aria-hidden=true], :disabled, rt, option, h1[lang=ja]")) continue;
    const s = getComputedStyle(e);
    const ink = parse(s.color);
    let ground = null;
    for (let p = e; p && !ground; p = p.parentElement) {
      const b = getComputedStyle(p);
      if (b.backgroundImage !== "none") break; // a picture: looked at by eye
      const c = parse(b.backgroundColor);
      if (c && c[3] > 0.95) ground = c;
    }
    if (!ink || !ground) continue;
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(s.fontSize);
    const large = size >= 24 || (size >= 18.66 && +s.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) tell("contrast", e, `${ratio.toFixed(2)} to 1`);
    if (size < 11 && !e.closest("ruby")) tell("size", e, `letters of ${size} px`);
  }

  if (!document.documentElement.lang) tell("head", document, "says no language");
  if (!document.title.trim()) tell("head", document, "has no title");
  const ids = new Set();
  for (const e of document.querySelectorAll("[id]")) {
    if (ids.has(e.id)) tell("head", e, "its id is there twice");
    ids.add(e.id);
  }
  if (document.scrollingElement.scrollWidth > innerWidth + 1) tell("wide", document, `${document.scrollingElement.scrollWidth} of ${innerWidth}`);
  return found;
}
