// Forms: errors found at once, passwords readable, one press is one request.

export function showErrorSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  const prefix = summary.dataset.prefix;
  if (!document.title.startsWith(prefix)) document.title = prefix + document.title;
  summary.focus();
}

export function revealPasswords(root) {
  for (const box of root.querySelectorAll("[data-reveal]")) {
    const input = box.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary";
    button.setAttribute("aria-controls", input.id);
    const show = (readable) => {
      input.type = readable ? "text" : "password";
      button.textContent = readable ? box.dataset.hide : box.dataset.show;
      button.setAttribute("aria-label", `${button.textContent}: ${box.dataset.what}`);
    };
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    box.append(button);
  }
}

export function guardForms(root) {
  const sent = new WeakSet();
  root.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method === "get") return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of root.forms) sent.delete(form);
    for (const button of root.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
}
