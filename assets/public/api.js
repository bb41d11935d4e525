import { t } from "./words.js";

// The page's talk with the server before the game. A Sorry carries the
// server's own kind sentence.
export class Sorry extends Error {
  constructor(text, code, wait) {
    super(text);
    this.text = text;
    this.code = code;
    this.wait = wait || 0;
  }
}

async function ask(path, options) {
  let resp;
  try {
    resp = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Sorry(t("sorry.lost"), 0);
  }
  let body = null;
  try {
    body = await resp.json();
  } catch {
    if (resp.ok) return {};
  }
  if (!resp.ok) throw new Sorry((body && body.text) || t("sorry.lost"), (body && body.code) || resp.status, body && body.wait);
  return body;
}

export const state = () => ask("/api/state");

export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}) });
