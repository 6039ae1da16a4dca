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
  await noteHere(ossmaKept).catch(() => {});
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

// The kept page of all numbers: the country whose page was asked for, and the one in which the member is, stand open on top. Where no number of
// theirs is known to connect from mobile phones, the one for every country stays the first.
const openCountries = async () => {
  await import("./kept.js");
  const asked = location.pathname.match(/^\/helpline\/([a-z]{2})\/$/i)?.[1].toUpperCase();
  const here = await globalThis.ossmaKept.fact("here");
  let isFirst = true;
  for (const iso2 of new Set([asked, here].filter(Boolean))) {
    // A country can be two places with numbers of their own; the mainland has the lower code.
    const places = [...document.querySelectorAll(`[data-country="${iso2}"]`)].sort((one, other) => one.dataset.code - other.dataset.code);
    const connects = isFirst && places[0]?.hasAttribute("data-connects");
    for (const place of places) {
      document.querySelector(connects ? "[data-asked-first]" : "[data-asked-next]").append(place);
      place.open = true;
    }
    if (connects) {
      document.querySelector("[data-numbers] .button-primary")?.classList.replace("button-primary", "button-secondary");
      places[0].querySelector("a").classList.replace("button-secondary", "button-primary");
    }
    isFirst = false;
  }
};
// In which country the member is, for times without network; whoever is signed in next has a place of their own.
const noteHere = async ({ note }) => {
  const reply = isMember && (await fetch("/safety/token/", { headers: { Accept: "application/json" } }));
  await note("here", (reply?.ok && (await reply.json()).here) || undefined);
};

export function startApp() {
  if (isKept && document.querySelector("[data-numbers]")) openCountries().catch(() => {});
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
