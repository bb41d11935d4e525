// The page as an app on the device: its service worker, and what to do when
// there is a newer page. Where a browser has no workers, nothing is lost but
// the second visit's speed.
const workers = "serviceWorker" in navigator && window.isSecureContext ? navigator.serviceWorker : null;
let told = false;

// taken reloads once the waiting worker has the page.
function take(worker) {
  workers.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("take-over");
}

// fresh lets a newer page that is already here take over, before anything of
// this one was shown. It reports whether the page is about to be loaded anew.
export async function fresh() {
  if (!workers || !workers.controller) return false;
  const r = await workers.getRegistration();
  if (!r || !r.waiting) return false;
  take(r.waiting);
  return true;
}

// keep begins to keep the page on this device. It is called when the world is
// there: it must not compete with it for the line.
export async function keep() {
  if (!workers) return;
  try {
    const r = await workers.register("/sw.js");
    const tell = () => {
      if (!told && r.waiting && workers.controller) {
        told = true;
        document.documentElement.dataset.newer = "on";
        document.dispatchEvent(new Event("kakitsubata:newer"));
      }
    };
    tell();
    r.addEventListener("updatefound", () => {
      const w = r.installing;
      if (w) w.addEventListener("statechange", () => w.state === "installed" && tell());
    });
    // A tablet may stay on one page for days.
    setInterval(() => r.update().catch(() => {}), 60 * 60 * 1000);
  } catch {
    // The page works without.
  }
}

// renew loads the newest page there is, whatever was kept: for when this one
// and the server do not understand each other any more.
export async function renew() {
  if (workers) {
    try {
      const r = await workers.getRegistration();
      if (r) {
        await r.update();
        if (!r.waiting && r.installing) {
          await new Promise((ok) => {
            r.installing.addEventListener("statechange", ok, { once: true });
            setTimeout(ok, 8000);
          });
        }
        if (r.waiting) {
          take(r.waiting);
          return;
        }
        await r.unregister();
      }
      for (const name of await caches.keys()) if (name.startsWith("kkt-")) await caches.delete(name);
    } catch {
      // Loading anew is all that is left.
    }
  }
  location.reload();
}

document.addEventListener("kakitsubata:renew", () => renew());

// Where the browser lets the page ask, the settings offer an icon on the screen.
let asking = null;
addEventListener("beforeinstallprompt", (e) => {
  e.preventDefault();
  asking = e;
  document.documentElement.dataset.install = "on";
});
document.addEventListener("kakitsubata:install", () => {
  if (asking) asking.prompt();
  asking = null;
  delete document.documentElement.dataset.install;
});
