// The button becomes available when the server has seen every document of the form opened.

const AGAIN_MS = 2000;

async function refresh(form) {
  const response = await fetch(form.dataset.openedUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) return false;
  const state = await response.json();
  const items = [...form.querySelectorAll("[data-document]")];
  const isOpened = (item) => state.opened.includes(item.dataset.document);
  for (const item of items) item.querySelector("[data-opened]").hidden = !isOpened(item);
  const ready = items.every(isOpened);
  form.querySelector("[data-send]").disabled = !ready;
  form.querySelector("[data-wait]").hidden = ready;
  return state.all;
}

for (const form of document.querySelectorAll("form[data-signup]")) {
  const look = async () => document.visibilityState === "visible" && refresh(form).catch(() => false);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", look);
  // Where document and form stand side by side, nothing tells that the reader is back: from the first press on, the server is asked.
  let asking;
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-document] a")) return;
    asking ??= setInterval(async () => {
      if (await look()) clearInterval(asking);
    }, AGAIN_MS);
  });
}
