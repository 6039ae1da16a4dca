// The portal as an app: the service worker for bad times, and once per visit what was kept, who is here, and whether push still works.
const SEEN = "ossma-seen";

const who = document.querySelector("meta[name=ossma-who]")?.content ?? "";

const visit = async () => {
  await import("./kept.js");
  const { ossmaKept } = globalThis;
  const before = await ossmaKept.fact("who");
  if (before && before !== who) (await navigator.serviceWorker?.getRegistration())?.active?.postMessage({ ossmaLeft: before });
  await ossmaKept.note("who", who || undefined);
  await ossmaKept.sendAll();
  if (who && globalThis.Notification?.permission === "granted" && navigator.serviceWorker) {
    const { renew } = await import("./push.js");
    await renew();
  }
};

export function startApp() {
  if (navigator.serviceWorker && window.isSecureContext) {
    // After everything else on the page: on a slow network the page comes first.
    const register = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
    if (document.readyState === "complete") register();
    else addEventListener("load", register);
  }
  let seen = null;
  try {
    seen = sessionStorage.getItem(SEEN);
    sessionStorage.setItem(SEEN, who);
  } catch {
    // No storage: every page is a first visit.
  }
  if (seen !== who) visit().catch(() => {});
  addEventListener("online", () => visit().catch(() => {}));
}
