// Draws an avatar from the same sheets and by the same rules as the game
// (tools/art/README.md), or as a simple figure while the sheets are not there.
const counts = [6, 6, 6, 6, 6, 5, 6]; // id.Look: the last is the thing carried, 0 none

export const pack = (p) => p.reduce((n, v, i) => n + (v % counts[i]) * 2 ** (4 * i), 0);
export const unpack = (n) => counts.map((c, i) => Math.floor(n / 2 ** (4 * i)) % 16 % c);
export const random = () => pack(counts.map((c, i) => (i === 6 && Math.random() < 0.6 ? 0 : Math.floor(Math.random() * c))));
export const choices = counts;

let sheet = null;

let fetching = null;

// ready resolves when the sheet is here, or is known not to come just now.
export function ready() {
  if (!fetching) fetching = fetchSheet().then(() => sheet || (fetching = null));
  return fetching;
}

async function fetchSheet() {
  try {
    const about = await (await fetch("/art/looks.json")).json();
    const img = new Image();
    img.src = "/art/looks.png";
    await img.decode();
    const c = document.createElement("canvas");
    c.width = img.width;
    c.height = img.height;
    const g = c.getContext("2d", { willReadFrequently: true });
    g.drawImage(img, 0, 0);
    const px = g.getImageData(0, 0, c.width, c.height).data;
    const slots = new Uint8Array(c.width * c.height);
    for (let i = 0; i < slots.length; i++) slots[i] = px[i * 4];
    sheet = { about, slots, width: c.width };
  } catch {
    sheet = null;
  }
}

const rgb = (hex) => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));

function index(by, parts) {
  return by.reduce((n, f) => n * counts[f] + parts[f], 0);
}

// paint draws one frame of a look at the canvas's own size (32 x 42).
export function paint(canvas, look, frame = 0) {
  const g = canvas.getContext("2d", { willReadFrequently: true }); // so few pixels are quicker by hand
  if (!g) return;
  g.clearRect(0, 0, canvas.width, canvas.height);
  const parts = unpack(look);
  if (!sheet) {
    simple(g, parts);
    return;
  }
  const { about, slots, width } = sheet;
  const { w, h } = about;
  const palette = [];
  for (const p of about.palettes) {
    const colours = p.colours[index(p.by, parts)];
    colours.forEach((c, i) => (palette[p.slot + i] = rgb(c)));
  }
  const cell = new Uint8Array(w * h);
  for (const layer of about.layers) {
    const row = layer.row + index(layer.by, parts);
    for (let y = 0; y < h; y++) {
      const from = (row * h + y) * width + frame * w;
      for (let x = 0; x < w; x++) if (slots[from + x]) cell[y * w + x] = slots[from + x];
    }
  }
  const ink = rgb(about.ink);
  const out = g.createImageData(w, h);
  const at = (x, y) => (x < 0 || y < 0 || x >= w || y >= h ? 0 : cell[y * w + x]);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let c = palette[cell[y * w + x]];
      let k = 0;
      if (!cell[y * w + x]) {
        const near = [at(x, y - 1), at(x - 1, y), at(x + 1, y), at(x, y + 1)];
        const i = near.findIndex((v) => v);
        if (i < 0) continue;
        c = palette[near[i]];
        k = i < 2 ? 0.68 : 0.56;
      }
      if (!c) continue;
      const o = (y * w + x) * 4;
      for (let i = 0; i < 3; i++) out.data[o + i] = Math.trunc(c[i] + (ink[i] - c[i]) * k);
      out.data[o + 3] = 255;
    }
  }
  g.putImageData(out, 0, 0);
}

export function walkFrames() {
  return (sheet && sheet.about.frames && sheet.about.frames.down) || [0, 0, 0, 0];
}

// side is the frame in which one stands and looks down, left or up.
export function side(name) {
  const f = sheet && sheet.about.frames && sheet.about.frames[name];
  return f ? f[0] : 0;
}

const skins = ["#F7C6A3", "#EFB68D", "#D49A6C", "#A86F4E", "#FCD3B8", "#84543F"];
const hairs = ["#3a2a3e", "#6b3f2a", "#a86b3a", "#d8b25a", "#53628f", "#8f4a5e"];
const cloth = ["#e0637a", "#f2a24a", "#4f9ad1", "#58a86a", "#8d6fd8", "#f0d35a"];

function simple(g, [skin, hair, style, dress, colour, hat]) {
  const box = (c, x, y, w, h) => {
    g.fillStyle = c;
    g.fillRect(x, y, w, h);
  };
  box("#2B2345", 9, 9, 14, 14);
  box("#2B2345", 10, 22, 12, 17);
  box(cloth[colour], 11, 23, 10, 10);
  box(dress % 2 ? cloth[(colour + 2) % 6] : "#4b4f7a", 11, 32, 10, 5);
  box("#6E4433", 11, 36, 4, 3);
  box("#6E4433", 17, 36, 4, 3);
  box(skins[skin], 10, 10, 12, 12);
  box(hairs[hair], 10, 8, 12, 5 + (style % 2));
  if (style > 2) {
    box(hairs[hair], 9, 11, 2, 10);
    box(hairs[hair], 21, 11, 2, 10);
  }
  if (hat) box(cloth[(colour + hat) % 6], 9, 6, 14, 4);
  box("#2B2345", 13, 16, 2, 3);
  box("#2B2345", 17, 16, 2, 3);
  box("#A3212F", 15, 20, 2, 1);
}
