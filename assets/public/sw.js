// The service worker: keeps the shell, so that a second visit asks the network
// for nothing that is already here, and the entrance opens without any. The
// server writes `shell` above this line: its version, and what it is made of.
//
// It never touches what is answered to somebody in particular (/api, tickets,
// sockets) nor the staff's pages: those requests pass it by. A shell is kept
// whole; a newer one waits until the page says that it may take over, so that
// no page is ever made of two versions.
const mine = "kkt-";
const kept = mine + shell.version;
const later = /^\/(art|client|words|icons)\//;

addEventListener("install", (e) => e.waitUntil(keep()));

async function keep() {
  const cache = await caches.open(kept);
  await cache.addAll(shell.core.map((path) => new Request(path, { cache: "no-cache" })));
  // What was kept when it was used, and has its hash in its name, is still true.
  for (const name of await caches.keys()) {
    if (!name.startsWith(mine) || name === kept) continue;
    const old = await caches.open(name);
    for (const request of await old.keys()) {
      if (/-[0-9a-f]{12}\.\w+$/.test(new URL(request.url).pathname)) await cache.put(request, await old.match(request));
    }
  }
}

addEventListener("activate", (e) =>
  e.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(mine) && name !== kept) await caches.delete(name);
      await clients.claim();
    })(),
  ),
);

addEventListener("message", (e) => {
  if (e.data === "take-over") skipWaiting();
});

addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  const page = e.request.mode === "navigate";
  if (page ? url.pathname !== "/" : !shell.core.includes(url.pathname) && !later.test(url.pathname)) return;
  e.respondWith(answer(e.request, url.pathname));
});

async function answer(request, path) {
  const cache = await caches.open(kept);
  const here = await cache.match(path);
  if (here) return here;
  const fresh = await fetch(request);
  if (fresh.ok && later.test(path)) await cache.put(path, fresh.clone());
  return fresh;
}
