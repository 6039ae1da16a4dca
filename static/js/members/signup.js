// The send button of the registration becomes available when the server has seen both documents opened.

async function refresh(form) {
  const response = await fetch(form.dataset.openedUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const state = await response.json();
  for (const item of form.querySelectorAll("[data-document]")) {
    item.querySelector("[data-opened]").hidden = !state.opened.includes(item.dataset.document);
  }
  form.querySelector("[data-send]").disabled = !state.all;
  form.querySelector("[data-wait]").hidden = state.all;
}

for (const form of document.querySelectorAll("form[data-signup]")) {
  const look = () => {
    if (document.visibilityState === "visible") refresh(form);
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", look);
}
