// The service worker: pages for bad times, push messages, answers from the notification itself. What it needs to know stands in self.OSSMA (/sw.js).
const { version, language, files, pages, words, icon, badge } = self.OSSMA;
const CACHE = `ossma-${version}`;
const DAY_MS = 86400000;
const SLOW_MS = 4000;
const DECLARATIVE = 8030;
// Which kept page stands in for which address when there is no network.
const INSTEAD = [
  [/^\/helpline\//, "/offline/helpline/"],
  [/^\/(safety\/(checkins\/)?$|a\/)/, "/offline/report/"],
  [/^/, "/offline/"],
];

// Kept pages hold no personal data: they are fetched without a cookie, so the server cannot know for whom.
const fetchPage = (page) => fetch(page, { credentials: "omit", headers: { "Accept-Language": language }, cache: "reload" });
const refresh = async () => {
  const cache = await caches.open(CACHE);
  for (const page of pages) {
    const reply = await fetchPage(page);
    if (reply.ok) await cache.put(page, reply);
  }
  await ossmaKept.note("refreshed", Date.now());
};
const refreshSometimes = async () => {
  if (Date.now() - ((await ossmaKept.fact("refreshed")) ?? 0) > DAY_MS) await refresh().catch(() => {});
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => Promise.all([cache.addAll(files.map((file) => new Request(file, { cache: "reload" }))), refresh()])));
});
self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name.startsWith("ossma-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

const standIn = async (path) => {
  const page = INSTEAD.find(([pattern]) => pattern.test(path))[1];
  return (await caches.open(CACHE)).match(page);
};
const visit = async (request, path) => {
  const online = fetch(request);
  try {
    if (!path.startsWith("/helpline/")) return await online;
    // Numbers to call must not wait for a network that hardly works.
    const kept = new Promise((good, bad) => setTimeout(() => standIn(path).then((page) => (page ? good(page) : bad())), SLOW_MS));
    return await Promise.race([online, kept.catch(() => online)]);
  } catch {
    return (await standIn(path)) ?? Response.error();
  }
};
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(visit(request, pathname));
    event.waitUntil(refreshSometimes());
  } else if (files.includes(pathname)) {
    event.respondWith(fetch(request).catch(async () => (await (await caches.open(CACHE)).match(pathname)) ?? Response.error()));
  }
});

// Somebody else is signed in now, or nobody: what belonged to a person goes. Pages of persons are not kept yet; those to come use this name.
const PERSONAL = "ossma-personal";
self.addEventListener("message", (event) => {
  if (event.data?.ossmaLeft) event.waitUntil(caches.delete(PERSONAL));
});

const sendKept = async () => {
  const ossmaResults = await ossmaKept.sendAll();
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ ossmaResults });
  if (ossmaResults.some(({ outcome }) => outcome === "later")) throw new Error("still no network");
};
self.addEventListener("sync", (event) => {
  if (event.tag === ossmaKept.AGAIN) event.waitUntil(sendKept());
});

// --- Push ---------------------------------------------------------------------------------------------------------------
const ours = (address) => {
  const url = new URL(address, self.location.origin);
  return url.origin === self.location.origin ? url : new URL("/", self.location.origin);
};
const tell = async ({ title, body, lang, dir, tag, navigate, actions = [], data = {}, requireInteraction = false }) => {
  const [before] = await self.registration.getNotifications({ tag });
  await self.registration.showNotification(title, {
    body, lang, dir, tag, icon, badge, requireInteraction,
    // A reminder calls again; the same message coming twice does not.
    renotify: Boolean(tag) && !(before && before.data?.round === data.round),
    actions: actions.map((one) => ({ action: one.action, title: one.title })),
    data: { ...data, navigate, key: self.crypto.randomUUID() },
  });
};
// Whatever comes, something is shown: browsers take the permission away from a site that stays silent.
const read = (event) => {
  try {
    const told = event.data?.json();
    if (told?.web_push === DECLARATIVE && told.notification?.title) return told.notification;
  } catch {
    // Not ours, or not whole.
  }
  return { title: words.open_app[0], body: words.open_app[1], lang: language, tag: "ossma", navigate: "/" };
};
self.addEventListener("push", (event) => event.waitUntil(tell(read(event))));

// A press on the notification's own button is a choice a person made: it answers, with no page open. What does not get through is kept, and with it
// who is signed in on this device: of anybody but the one whom it asks the server wants to know first who answers.
const answer = async (url, key, choice) => {
  const said = new Date().toISOString();
  const who = (await ossmaKept.fact("who").catch(() => undefined)) ?? "";
  const fields = [["key", key], ["answer", choice], ["by_hand", "1"], ["who", who]];
  return ossmaKept.sayNow({ id: key + choice, url: url.pathname, page: "", fields, said, signedIn: false });
};
const askWho = async ({ id }, ask) => {
  await ossmaKept.drop(id);
  try {
    await open(ours(ask.url));
  } catch {
    await tell({ title: ask.title, body: ask.body, lang: language, tag: "ossma-asks", navigate: ask.url });
  }
};
const answerSafe = async (url, key, tag) => {
  const { entry, outcome, next, ask } = await answer(url, key, "safe");
  if (outcome === "asks") return askWho(entry, ask);
  const [title, body] = outcome === "sent" ? words.safe : outcome === "later" ? words.kept : words.open;
  return tell({ title, body, lang: language, tag, navigate: next ?? url.href });
};
const answerHelp = async (url, key, tag) => {
  const { entry, outcome, next, ask } = await answer(url, key, "help");
  if (outcome === "asks") return askWho(entry, ask);
  if (outcome === "later") await tell({ title: words.kept[0], body: words.kept[1], lang: language, tag, navigate: url.href });
  // The page with the number to call opens in any case.
  return open(next ? ours(next) : new URL(`${url.pathname}?choice=help`, self.location.origin));
};
const open = async (url) => {
  const there = (await self.clients.matchAll({ type: "window" })).find((client) => client.url === url.href);
  return there ? there.focus() : self.clients.openWindow(url.href);
};
self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  const { navigate, key } = notification.data ?? {};
  const url = ours(navigate ?? "/");
  notification.close();
  if (action === "safe") event.waitUntil(answerSafe(url, key, notification.tag));
  else if (action === "help") event.waitUntil(answerHelp(url, key, notification.tag));
  else event.waitUntil(open(url));
});

const changed = async (event) => {
  const was = event.oldSubscription?.toJSON() ?? (await ossmaKept.fact("subscription"));
  if (!was) return;
  const { key } = await (await fetch("/push/")).json();
  const fresh = event.newSubscription ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys, expirationTime } = fresh.toJSON();
  const now = { endpoint, p256dh: keys.p256dh, auth: keys.auth, expires: expirationTime ?? "" };
  const fields = { was_endpoint: was.endpoint, was_auth: was.auth ?? was.keys.auth, ...now };
  const reply = await fetch("/push/", { method: "POST", body: new URLSearchParams(fields) });
  if (reply.ok) await ossmaKept.note("subscription", { ...now, owner: (await reply.json()).owner });
};
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(changed(event)));
