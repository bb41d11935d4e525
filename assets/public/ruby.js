// Furigana: authored text comes as {漢字|かんじ}. It becomes real <ruby>; nothing
// is ever parsed as HTML.
export function ruby(text) {
  const out = document.createDocumentFragment();
  const re = /\{([^{}|]*)\|([^{}|]*)\}/g;
  let at = 0;
  for (let m; (m = re.exec(text)); at = re.lastIndex) {
    out.append(text.slice(at, m.index));
    const r = document.createElement("ruby");
    const rt = document.createElement("rt");
    rt.textContent = m[2];
    r.append(m[1], rt);
    out.append(r);
  }
  out.append(text.slice(at));
  return out;
}

export function show(el, text) {
  el.replaceChildren(ruby(text || ""));
}
