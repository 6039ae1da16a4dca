// Web push on this device. Asked for only after a tap; renewed at every visit, because browsers change addresses without saying so.
import "./kept.js";

const { ossmaKept } = globalThis;

const fieldsOf = (subscription) => {
  const { endpoint, keys, expirationTime } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth, expires: expirationTime ?? "" };
};
const sameKey = (subscription, key) => {
  const raw = subscription.options?.applicationServerKey;
  if (!raw) return true;
  const text = btoa(String.fromCharCode(...new Uint8Array(raw)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
};

// The subscription of this browser under this key: the one it has, or a new one.
const subscribed = async (key) => {
  const { pushManager } = await navigator.serviceWorker.ready;
  const had = await pushManager.getSubscription();
  if (had && sameKey(had, key)) return had;
  await had?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
};
const post = (url, fields) => fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });

export async function renew() {
  const was = await ossmaKept.fact("subscription");
  if (!was) return;
  const { key } = await (await fetch("/push/")).json();
  if (!key) return;
  const now = fieldsOf(await subscribed(key));
  const reply = await post("/push/", { was_endpoint: was.endpoint, was_auth: was.auth, ...now });
  if (reply.ok) await ossmaKept.note("subscription", { ...now, owner: (await reply.json()).owner });
  if (reply.status !== 404) return;
  // Its owner has taken this device off the list.
  await (await (await navigator.serviceWorker.ready).pushManager.getSubscription())?.unsubscribe();
  await ossmaKept.note("subscription", undefined);
}

const box = document.querySelector("[data-push]");

const show = (name) => {
  for (const part of box.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== name;
};
const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const isInstalled = () => navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;

const look = async () => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    show(isApple() && !isInstalled() ? "apple" : "unable");
    return;
  }
  if (Notification.permission === "denied") {
    show("denied");
    return;
  }
  // Not waiting for the worker: on a first visit it is still fetching what it keeps.
  const worker = await navigator.serviceWorker.getRegistration();
  const mine = await ossmaKept.fact("subscription");
  const here = (await worker?.pushManager.getSubscription())?.endpoint;
  const listed = [...document.querySelectorAll("[data-endpoint]")].find((line) => line.dataset.endpoint === here);
  if (listed) listed.querySelector("[data-this-device]").hidden = false;
  show(listed && mine ? "on" : "off");
};

const switchOn = async (button) => {
  button.disabled = true;
  show("asking");
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      await look();
      return;
    }
    const fields = fieldsOf(await subscribed(box.dataset.push));
    const reply = await post(location.pathname, { ...fields, csrfmiddlewaretoken: box.querySelector("[name=csrfmiddlewaretoken]").value });
    if (!reply.ok) throw new Error(String(reply.status));
    await ossmaKept.note("subscription", { ...fields, owner: (await reply.json()).owner });
    location.reload();
  } catch {
    show("failed");
  } finally {
    button.disabled = false;
  }
};

if (box) {
  for (const button of box.querySelectorAll("[data-push-on]")) button.addEventListener("click", () => switchOn(button));
  look().catch(() => show("unable"));
}
