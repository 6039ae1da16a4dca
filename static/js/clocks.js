// Clocks that run: <time data-elapsed-since="2026-11-21T02:10:00Z">00:04:12</time>

const two = (number) => String(number).padStart(2, "0");

function elapsed(since) {
  const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function tickingClocks(root) {
  const tick = () => {
    for (const clock of root.querySelectorAll("[data-elapsed-since]")) {
      const since = Date.parse(clock.dataset.elapsedSince);
      clock.textContent = elapsed(since);
      if (clock.dataset.targetSeconds) {
        clock.classList.toggle("over-target", Date.now() - since > Number(clock.dataset.targetSeconds) * 1000);
      }
    }
  };
  tick();
  setInterval(tick, 1000);
}
