// The answer pages' improvements; without this file everything works, too.
// 1. "I'm here now" fills in the phone's position, asked for only then. 2. An answer that does not get through is kept on this device with its true
//    time and sent again until the server has it (kept.js); the one-time key of the page lets it be stored once.
import "./kept.js";
import "./hand.js";

const { ossmaKept } = globalThis;
const AGAIN_MS = 15000;

const show = (element, text) => {
  if (!element) return;
  element.textContent = text;
  element.hidden = false;
  element.scrollIntoView({ block: "nearest" });
};
const said = () => document.querySelector("[data-kept-here]");
// Whom to call stands on the page already: shown the moment help is asked for, whatever the network does.
const helpNow = document.querySelector("[data-help-now]");
const callNow = () => {
  if (!helpNow) return;
  helpNow.hidden = false;
  helpNow.scrollIntoView({ block: "start" });
};
// A kept page knows no person; the device knows the country in which its member was last.
const nearest = async () => {
  const own = JSON.parse(helpNow?.dataset.byCountry || "{}")[(await ossmaKept.fact("here")) ?? ""];
  if (!own) return;
  const link = helpNow.querySelector("a");
  link.href = own.tel;
  link.ariaLabel = link.dataset.call.replace("%", own.shown);
  link.querySelector("span").textContent = own.shown;
};

// The page that asks who answers takes over from what was kept.
const askWho = async (entry, { url }) => {
  await ossmaKept.drop(entry.id);
  location.assign(url);
};
// What was kept, told to whoever looks at the page it belongs to.
const tell = (results) => {
  for (const { entry, outcome, next, ask } of results) {
    if (entry.page !== location.href) continue;
    if (outcome === "sent") location.assign(next);
    if (outcome === "login") show(said(), said()?.dataset.login || "");
    if (outcome === "asks") askWho(entry, ask);
  }
};
let busy = false;
const sendKept = async () => {
  if (busy) return;
  busy = true;
  try {
    tell(await ossmaKept.sendAll());
  } finally {
    busy = false;
  }
};

const fieldsOf = (form, submitter) => [...new Map([...new FormData(form, submitter)].filter(([, value]) => typeof value === "string")).entries()];
const hasPicture = (form) => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length > 0);

// A form sent by script forgets which button was pressed: say it in a hidden field.
const sendPlainly = (form, submitter) => {
  if (submitter?.name) {
    const pressed = document.createElement("input");
    pressed.type = "hidden";
    pressed.name = submitter.name;
    pressed.value = submitter.value;
    form.append(pressed);
  }
  HTMLFormElement.prototype.submit.call(form);
};

// The report that is kept for bad times stands in for an answer page, too: then it answers that question, which needs no login.
const target = (form, answer) => {
  const door = form.hasAttribute("data-anywhere") && location.pathname.match(/^\/a\/[^/]+\//);
  if (door) return { url: `${door[0]}${answer === "help" ? "need" : "here"}/`, signedIn: false };
  return { url: form.action, signedIn: form.hasAttribute("data-signed-in") };
};

// Opened by a notification without network, it names whose device this is, if that member is not the one signed in; the server compares.
let namedHere = "";
const nameOwner = async () => {
  const card = document.querySelector("[data-owner]");
  const { owner } = (card && location.pathname.startsWith("/a/") && (await ossmaKept.fact("subscription"))) || {};
  if (!owner || owner.mark === (await ossmaKept.fact("who"))) return;
  const title = card.querySelector("h2");
  title.textContent = title.dataset.names.replace("%1", owner.letters).replace("%2", owner.number_end);
  card.hidden = false;
  namedHere = owner.mark;
};
nameOwner().catch(() => {});

for (const form of document.querySelectorAll("form[data-answer]")) {
  const key = form.elements.namedItem("key");
  // A page that was kept for bad times is older than its reader: its key is made now.
  if (key && !key.value) key.value = crypto.randomUUID?.() ?? "";
  form.addEventListener("submit", async (event) => {
    if (hasPicture(form)) return;
    event.preventDefault();
    const now = new Date().toISOString();
    const fields = fieldsOf(form, event.submitter);
    const entry = { id: `${key?.value}${now}`, page: location.href, fields, said: now, ...target(form, new Map(fields).get("answer")) };
    try {
      const who = await ossmaKept.fact("who");
      if (entry.signedIn) entry.who = who;
      // This page names nobody: the server compares who pressed with whom the link asks.
      else if (form.hasAttribute("data-anywhere")) fields.push(["who", who ?? ""], ["asked_for", namedHere]);
      const isHelp = new Map(fields).get("answer") === "help";
      if (isHelp) callNow();
      const { outcome, next, ask } = await ossmaKept.sayNow(entry);
      if (outcome === "sent") location.assign(next);
      else if (outcome === "asks") await askWho(entry, ask);
      else if (outcome === "refused") sendPlainly(form, event.submitter);
      else show(said(), outcome === "login" ? said()?.dataset.login || form.dataset.kept : form.dataset.kept);
      if (isHelp) callNow();
    } catch {
      // Nothing can be kept here (a private window, say).
      sendPlainly(form, event.submitter);
    }
  });
}

const place = document.querySelector("[data-here]");
if (place && "geolocation" in navigator) {
  const button = place.querySelector("button");
  const state = document.querySelector("[data-here-said]");
  const { elements } = place.closest("form");
  place.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    show(state, state.dataset.wait);
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        elements.latitude.value = coords.latitude;
        elements.longitude.value = coords.longitude;
        elements.accuracy.value = coords.accuracy;
        elements.position_at.value = new Date(timestamp).toISOString();
        show(state, state.dataset.found);
        if (place.dataset.here === "send") place.closest("form").requestSubmit();
      },
      () => {
        button.disabled = false;
        show(state, state.dataset.refused);
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });
}

nearest().catch(() => {});
addEventListener("online", sendKept);
// The worker has sent it in the background.
navigator.serviceWorker?.addEventListener("message", ({ data }) => tell(data?.ossmaResults ?? []));
setInterval(async () => {
  if ((await ossmaKept.all()).length) sendKept();
}, AGAIN_MS);
sendKept();
// A page that comes back out of the browser's memory must not carry its old one-time key.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
