// The portal as an app: the service worker for bad times, and once per visit what was kept, who is here, and whether push still works.
const SEEN = "ossma-seen";

const who = document.querySelector("meta[name=ossma-who]")?.content ?? "";
// A page that the worker has kept for bad times: it cannot know who is signed in.
const isKept = document.querySelector("[data-kept-page]") !== null;
const isMember = document.body.classList.contains("face-member");
// Where answers are given, answer.js sends what was kept and shows what became of it.
const sends = document.querySelector("form[data-answer]") === null;

const visit = async () => {
  await import("./kept.js");
  const { ossmaKept } = globalThis;
  if (sends) await ossmaKept.sendAll();
  if (isKept) return;
  const before = await ossmaKept.fact("who");
  if (before && before !== who) (await navigator.serviceWorker?.getRegistration())?.active?.postMessage({ ossmaLeft: before });
  await ossmaKept.note("who", who || undefined);
  await ossmaKept.note("caller", (isMember && who) || undefined);
  if (who && globalThis.Notification?.permission === "granted" && navigator.serviceWorker) {
    const { renew } = await import("./push.js");
    await renew();
  }
};

// A member's press on a number of the helpline is a sign of life. The telephone may work where the network does not: then it is told later.
const tellCall = async () => {
  const said = new Date().toISOString();
  await import("./kept.js");
  const { ossmaKept } = globalThis;
  const caller = isKept ? await ossmaKept.fact("caller") : isMember && who;
  if (caller) await ossmaKept.sayNow({ id: `call ${said}`, url: "/helpline/call/", page: "", fields: [], said, signedIn: true, who: caller });
};

export function startApp() {
  if (location.pathname.startsWith("/helpline/")) {
    addEventListener("click", ({ target }) => target.closest("a[href^='tel:']") && tellCall().catch(() => {}));
  }
  if (navigator.serviceWorker && window.isSecureContext) {
    // After everything else on the page: on a slow network the page comes first.
    const register = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
    if (document.readyState === "complete") register();
    else addEventListener("load", register);
  }
  addEventListener("online", () => visit().catch(() => {}));
  if (isKept) return;
  let seen = null;
  try {
    seen = sessionStorage.getItem(SEEN);
    sessionStorage.setItem(SEEN, who);
  } catch {
    // No storage: every page is a first visit.
  }
  if (seen !== who) visit().catch(() => {});
}
