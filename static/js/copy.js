// A code that can be copied: the button appears only where the browser can do it.

export function copyButtons(root) {
  if (!navigator.clipboard) return;
  for (const line of root.querySelectorAll("[data-copy]")) {
    const button = line.querySelector("button");
    const said = line.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(line.querySelector("code").textContent.trim());
      said.textContent = line.dataset.copied;
      button.querySelector("span").textContent = line.dataset.copied;
    });
  }
}
