// The dashboard renews itself: every few seconds the server is asked for its parts, and only parts that changed are put in place.
// Without this script the page has a link to reload it.

const board = document.querySelector("[data-live]");
const note = document.querySelector("[data-live-note]");
const said = document.querySelector("[data-live-said]");
const usual = Number(board.dataset.liveSeconds) * 1000;
const longest = 60_000;
const held = new Map();
let pause = usual;
let tag = "";

function focusIn(part) {
  const active = document.activeElement;
  return part.contains(active) ? active.getAttribute("href") : null;
}

function put(fresh) {
  const name = fresh.dataset.part;
  const source = fresh.outerHTML;
  const first = !held.has(name);
  const same = held.get(name) === source;
  held.set(name, source);
  const old = board.querySelector(`[data-part="${name}"]`);
  if (same || !old || (first && old.outerHTML === source)) return;
  const href = focusIn(old);
  const scrolled = [...old.querySelectorAll("[data-scroll]")].map((one) => one.scrollTop);
  old.replaceWith(fresh);
  fresh.querySelectorAll("[data-scroll]").forEach((one, i) => { one.scrollTop = scrolled[i] ?? 0; });
  if (href) [...fresh.querySelectorAll("a")].find((link) => link.getAttribute("href") === href)?.focus({ preventScroll: true });
}

function announce() {
  const summary = board.querySelector("[data-summary]")?.dataset.summary ?? "";
  if (said.textContent && said.textContent !== summary) said.textContent = summary;
  if (!said.textContent) said.textContent = summary;
}

async function renew() {
  const answer = await fetch(board.dataset.live, { cache: "no-cache", headers: { "HX-Request": "true" } });
  const away = answer.headers.get("HX-Redirect");
  if (away) return location.assign(away);
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = answer.headers.get("ETag");
  if (fresh && fresh === tag) return undefined;
  tag = fresh;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of page.querySelectorAll("[data-part]")) put(part);
  announce();
  return undefined;
}

async function tick() {
  if (!document.hidden) {
    try {
      await renew();
      pause = usual;
      note.textContent = note.dataset.liveOn;
    } catch {
      pause = Math.min(pause * 2, longest);
      note.textContent = note.dataset.liveOff;
    }
  }
  setTimeout(tick, pause);
}

note.textContent = note.dataset.liveOn;
setTimeout(tick, usual);
