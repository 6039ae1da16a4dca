// What could not be sent is kept on this device and sent later with its true time. In IndexedDB, so that pages and the service worker share one
// shelf; the worker has no modules everywhere, so this file is read by both and leaves one name behind: ossmaKept.
(() => {
  const AGAIN = "ossma-kept";
  const PATIENCE_MS = 12000;
  const HOPELESS = [400, 404, 405, 413, 422];
  const ASKS = 409;

  const opened = () =>
    new Promise((good, bad) => {
      const asked = indexedDB.open("ossma", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("kept", { keyPath: "id" });
        asked.result.createObjectStore("facts");
      };
      asked.onsuccess = () => good(asked.result);
      asked.onerror = () => bad(asked.error);
    });
  const run = async (store, mode, work) => {
    const database = await opened();
    try {
      return await new Promise((good, bad) => {
        const change = database.transaction(store, mode);
        const asked = work(change.objectStore(store));
        change.oncomplete = () => good(asked.result);
        change.onabort = change.onerror = () => bad(change.error);
      });
    } finally {
      database.close();
    }
  };

  const all = () => run("kept", "readonly", (shelf) => shelf.getAll());
  const keep = (entry) => run("kept", "readwrite", (shelf) => shelf.put(entry));
  const drop = (id) => run("kept", "readwrite", (shelf) => shelf.delete(id));
  const fact = (name) => run("facts", "readonly", (shelf) => shelf.get(name));
  const note = (name, value) => run("facts", "readwrite", (shelf) => (value === undefined ? shelf.delete(name) : shelf.put(value, name)));

  const ask = (url, options) => fetch(url, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  const isJson = (reply) => reply.ok && (reply.headers.get("Content-Type") || "").startsWith("application/json");

  // A report needs its writer to be signed in: nobody else on this device may send it in their own name.
  const token = async (who) => {
    const reply = await ask("/safety/token/", { headers: { Accept: "application/json" } });
    if (!isJson(reply)) return null;
    const mine = await reply.json();
    return !who || mine.who === who ? mine.token : null;
  };
  const attempt = async (entry, late) => {
    const fields = new URLSearchParams(entry.fields);
    if (late) fields.set("said_at", entry.said);
    if (entry.signedIn && (late || !fields.has("csrfmiddlewaretoken"))) {
      const mine = await token(entry.who);
      if (!mine) return { outcome: "login" };
      fields.set("csrfmiddlewaretoken", mine);
    }
    const reply = await ask(entry.url, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (isJson(reply)) return { outcome: "sent", next: (await reply.json()).next };
    // Pressed on a notification, and the one whom it asks is not signed in here: a page has to ask who answers.
    if (reply.status === ASKS) return { outcome: "asks", ask: await reply.json() };
    if (entry.signedIn && reply.type === "opaqueredirect") return { outcome: "login" };
    // The page was older than the session: once more with a fresh token.
    if (entry.signedIn && reply.status === 403 && !late) return attempt(entry, true);
    return { outcome: HOPELESS.includes(reply.status) ? "refused" : "later" };
  };
  const one = async (entry, late) => {
    let result = { outcome: "later" };
    try {
      result = await attempt(entry, late);
    } catch {
      // No network: it stays where it is.
    }
    const isOver = ["sent", "refused"].includes(result.outcome) || (late && result.outcome === "asks" && (await notify(result.ask)));
    if (isOver) await drop(entry.id);
    return { entry, ...result };
  };
  // Nobody may be looking: a notification leads to the page that asks. False where none can be shown; then it stays kept.
  const notify = async ({ url, title, body }) => {
    try {
      const worker = globalThis.registration ?? (await navigator.serviceWorker?.getRegistration());
      await worker.showNotification(title, { body, tag: `ossma-asks-${url}`, data: { navigate: url } });
      return true;
    } catch {
      return false;
    }
  };
  // One at a time, page and worker together. A late try waits for the one under way: it may have failed just before the network came back.
  const alone = (entry, late) => {
    if (!globalThis.navigator.locks) return one(entry, late);
    return navigator.locks.request(`${AGAIN}-${entry.id}`, async () => {
      const isThere = await run("kept", "readonly", (shelf) => shelf.getKey(entry.id));
      return isThere === undefined ? { entry, outcome: "gone" } : one(entry, late);
    });
  };

  // Keep first, then send: whatever happens in between, it is not lost. Later tries carry the time at which it was said.
  const sayNow = async (entry) => {
    // Said without network it carries its own time, even if the network is back before the first try.
    const late = globalThis.navigator.onLine === false;
    await keep(entry);
    const result = await alone(entry, late);
    if (result.outcome === "later") await wake();
    return result;
  };
  const sendAll = async () => {
    const results = [];
    for (const entry of await all()) results.push(await alone(entry, true));
    return results;
  };
  const wake = async () => {
    try {
      const worker = globalThis.registration ?? (await navigator.serviceWorker?.getRegistration());
      await worker?.sync?.register(AGAIN);
    } catch {
      // No background sync here: the next open page sends it.
    }
  };

  globalThis.ossmaKept = { AGAIN, all, drop, fact, note, sayNow, sendAll };
})();
