// Looks again, every few seconds and later every minute, at the part of the page that waits for something; stops when the part no longer asks for it.
const EVERY_MS = 4000;
const LATER_MS = 60_000;
const PATIENCE_MS = 20_000;
const QUICK_LOOKS = 150;

function put(part, fresh) {
  const hadFocus = part.contains(document.activeElement);
  // The element stays and only its content changes: that is what screen readers announce.
  if (!fresh.dataset.refresh) {
    delete part.dataset.refresh;
  }
  part.replaceChildren(...fresh.childNodes);
  if (hadFocus) {
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }
}

async function look(part) {
  const answer = await fetch(part.dataset.refresh, {
    headers: { "X-Requested-With": "fetch" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.redirected) {
    // Signed out meanwhile: the page itself leads to the login and back.
    location.reload();
    return;
  }
  if (!answer.ok) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  if (fresh && fresh.textContent !== part.textContent) {
    put(part, fresh);
  }
}

function watch(part) {
  let left = Number(part.dataset.refreshLooks) || QUICK_LOOKS;
  let timer = 0;
  let busy = false;

  async function tick() {
    clearTimeout(timer);
    // One look at a time, however slow the network is; nobody is asked while nobody looks.
    if (busy || document.hidden || !part.dataset.refresh) {
      return;
    }
    busy = true;
    // No network now: the next look may have one.
    await look(part).catch(() => undefined);
    busy = false;
    left -= 1;
    timer = setTimeout(tick, left > 0 ? EVERY_MS : LATER_MS);
  }

  timer = setTimeout(tick, EVERY_MS);
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("online", tick);
}

document.querySelectorAll("[data-refresh]").forEach(watch);
