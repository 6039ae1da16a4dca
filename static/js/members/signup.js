// The send button of the registration becomes available when the server has seen both documents opened.

const AGAIN_MS = 2000;

async function refresh(form) {
  const response = await fetch(form.dataset.openedUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) return false;
  const state = await response.json();
  for (const item of form.querySelectorAll("[data-document]")) {
    item.querySelector("[data-opened]").hidden = !state.opened.includes(item.dataset.document);
  }
  form.querySelector("[data-send]").disabled = !state.all;
  form.querySelector("[data-wait]").hidden = state.all;
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
