// The dashboard renews itself: every few seconds the server is asked for its parts, and only parts that changed are put in place.
// Without this script the page has a link to reload it.

const board = document.querySelector("[data-live]");
const note = document.querySelector("[data-live-note]");
const said = document.querySelector("[data-live-said]");
const usual = Number(board.dataset.liveSeconds) * 1000;
const longest = 60_000;
const patience = 20_000;
const held = new Map();
let pause = usual;
let tag = "";
let timer = 0;
let busy = false;

function focusIn(part) {
  const active = document.activeElement;
  if (!part.contains(active)) return null;
  return active.getAttribute("href") ?? (active.closest("[data-keep]") ? `keep:${active.closest("[data-keep]").dataset.keep}` : null);
}

function refocus(part, where) {
  if (!where) return;
  const found = where.startsWith("keep:")
    ? part.querySelector(`[data-keep="${where.slice(5)}"] > summary`)
    : [...part.querySelectorAll("a")].find((link) => link.getAttribute("href") === where);
  found?.focus({ preventScroll: true });
}

function put(fresh) {
  const name = fresh.dataset.part;
  const source = fresh.outerHTML;
  const first = !held.has(name);
  const same = held.get(name) === source;
  held.set(name, source);
  const old = board.querySelector(`[data-part="${name}"]`);
  // Names that are ticked wait for their button: the part stays as it is until then.
  if (old?.querySelector("input:checked")) {
    held.delete(name);
    return;
  }
  if (same || !old || (first && old.outerHTML === source)) return;
  const where = focusIn(old);
  const scrolled = [...old.querySelectorAll("[data-scroll]")].map((one) => one.scrollTop);
  const open = new Set([...old.querySelectorAll("[data-keep][open]")].map((one) => one.dataset.keep));
  fresh.querySelectorAll("[data-keep]").forEach((one) => { one.open = open.has(one.dataset.keep); });
  old.replaceWith(fresh);
  fresh.querySelectorAll("[data-scroll]").forEach((one, i) => { one.scrollTop = scrolled[i] ?? 0; });
  refocus(fresh, where);
}

// Only the figures are read out, and only when they changed.
function announce() {
  const summary = board.querySelector("[data-summary]")?.dataset.summary ?? "";
  if (said.dataset.last !== undefined && said.dataset.last !== summary) said.textContent = summary;
  said.dataset.last = summary;
}

function show(words) {
  const time = board.querySelector("[data-clock]")?.dataset.clock ?? "";
  const text = words.replace("{time}", time);
  if (note.textContent !== text) note.textContent = text;
}

async function renew() {
  // The page is kept by no cache, so the browser does not know the mark of the last answer: it is sent by hand.
  const headers = { "HX-Request": "true", ...(tag && { "If-None-Match": tag }) };
  const answer = await fetch(board.dataset.live, { cache: "no-store", headers, signal: AbortSignal.timeout(patience) });
  const away = answer.headers.get("HX-Redirect");
  if (away) return location.assign(away);
  if (answer.status === 304) return undefined;
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = answer.headers.get("ETag");
  if (fresh && fresh === tag) return undefined;
  tag = fresh;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of page.querySelectorAll("[data-part]")) put(part);
  announce();
  return undefined;
}

// Nobody looks: nothing is asked; the first look back asks at once.
async function tick() {
  if (busy || document.hidden) return;
  busy = true;
  clearTimeout(timer);
  try {
    await renew();
    pause = usual;
    show(note.dataset.liveOn);
  } catch {
    pause = Math.min(pause * 2, longest);
    show(note.dataset.liveOff);
  }
  busy = false;
  timer = setTimeout(tick, pause);
}

document.addEventListener("visibilitychange", tick);
window.addEventListener("online", tick);
show(note.dataset.liveOn);
announce();
timer = setTimeout(tick, usual);
