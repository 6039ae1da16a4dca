// Looks again, every few seconds, at the part of the page that waits for something; stops when the part no longer asks for it.
const EVERY_MS = 4000;
const MOST_LOOKS = 150;

async function look(part) {
  const answer = await fetch(part.dataset.refresh, { headers: { "X-Requested-With": "fetch" } });
  if (answer.redirected) {
    // Signed out meanwhile: the page itself leads to the login and back.
    location.reload();
    return;
  }
  if (!answer.ok) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  if (!fresh || fresh.textContent === part.textContent) {
    return;
  }
  // The element stays and only its content changes: that is what screen readers announce.
  if (!fresh.dataset.refresh) {
    delete part.dataset.refresh;
  }
  part.replaceChildren(...fresh.childNodes);
}

function watch(part, left) {
  if (!part.dataset.refresh || left === 0) {
    return;
  }
  setTimeout(async () => {
    if (document.hidden) {
      watch(part, left);
      return;
    }
    // No network now: the next look may have one.
    await look(part).catch(() => undefined);
    watch(part, left - 1);
  }, EVERY_MS);
}

document.querySelectorAll("[data-refresh]").forEach((part) => watch(part, Number(part.dataset.refreshLooks) || MOST_LOOKS));
