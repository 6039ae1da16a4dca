// Looks again, every few seconds, at the part of the page that waits for something; stops when the part no longer asks for it.
const EVERY_MS = 4000;
const PATIENCE = 150;

async function look(part, left) {
  try {
    const answer = await fetch(part.dataset.refresh, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      if (fresh && fresh.textContent !== part.textContent) {
        part.replaceWith(fresh);
        watch(fresh, left);
        return;
      }
    }
  } catch {
    // No network: the next look may have one.
  }
  watch(part, left);
}

function watch(part, left) {
  if (part.dataset.refresh && left > 0) {
    setTimeout(() => look(part, left - 1), EVERY_MS);
  }
}

document.querySelectorAll("[data-refresh]").forEach((part) => watch(part, PATIENCE));
