// What a child likes on this device: kept here, told to nobody. The page's
// styles read it from the root element; the game tells of a change by an event.
const key = "kkt.prefs";
const root = document.documentElement;
const names = ["text", "calm", "hand", "contrast"];
let kept = {};
try {
  kept = JSON.parse(localStorage.getItem(key)) || {};
} catch {
  // A page that may keep nothing asks again next time.
}

function apply() {
  for (const n of names) {
    if (kept[n]) root.dataset[n] = kept[n];
    else delete root.dataset[n];
  }
}

export const get = (name) => kept[name] || "";
export const text = () => kept.text === "on" && !new URLSearchParams(location.search).has("watch");

export function set(name, value) {
  if (!names.includes(name)) return;
  if (value) kept[name] = String(value).slice(0, 8);
  else delete kept[name];
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // It holds until the page is closed.
  }
  apply();
}

document.addEventListener("kakitsubata:wish", (e) => set(e.detail.name, e.detail.value));
apply();
