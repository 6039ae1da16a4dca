// The answer page's improvements; without this file everything works, too.
// 1. "I'm here now" fills in the phone's position, asked for only then. 2. An answer that does not get through is kept on the phone with its true time
//    and sent again until the server has it; the one-time key of the page lets it be stored once.
const SHELF = "ossma-answers";
const AGAIN_MS = 15000;
const PATIENCE_MS = 12000;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(SHELF) || "[]");
  } catch {
    return [];
  }
};
const write = (kept) => {
  try {
    localStorage.setItem(SHELF, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
};

const show = (element, text) => {
  if (!element) return;
  element.textContent = text;
  element.hidden = false;
  element.scrollIntoView({ block: "nearest" });
};

const post = (url, fields) =>
  fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
const isStored = (reply) => reply.ok && (reply.headers.get("Content-Type") || "").startsWith("application/json");
const isHopeless = (reply) => [400, 404, 405, 413].includes(reply.status);

let busy = false;
const sendKept = async () => {
  if (busy) return;
  busy = true;
  try {
    for (const one of read()) {
      const reply = await post(one.url, one.fields);
      if (!isStored(reply) && !isHopeless(reply)) continue;
      write(read().filter((other) => other.id !== one.id));
      if (isStored(reply) && one.page === location.href) location.assign((await reply.json()).next);
    }
  } catch {
    // Still no network: the answer stays where it is.
  } finally {
    busy = false;
  }
};

const fieldsOf = (form, submitter) => {
  const fields = new Map([...new FormData(form, submitter).entries()].filter(([, value]) => typeof value === "string"));
  return [...fields.entries()];
};
const hasPicture = (form) => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length > 0);

for (const form of document.querySelectorAll("form[data-answer]")) {
  form.addEventListener("submit", async (event) => {
    if (hasPicture(form)) return;
    event.preventDefault();
    const fields = fieldsOf(form, event.submitter);
    const said = new Date().toISOString();
    try {
      const reply = await post(form.action, fields);
      if (isStored(reply)) location.assign((await reply.json()).next);
      else if (reply.status < 500) HTMLFormElement.prototype.submit.call(withSubmitter(form, event.submitter));
      else throw new Error(String(reply.status));
    } catch {
      const kept = { id: fields.find(([name]) => name === "key")?.[1] + said, url: form.action, page: location.href, fields: [...fields, ["said_at", said]] };
      kept.fields = [...new Map(kept.fields).entries()];
      if (write([...read(), kept])) show(document.querySelector("[data-kept-here]"), form.dataset.kept);
      else HTMLFormElement.prototype.submit.call(withSubmitter(form, event.submitter));
    }
  });
}

// A form sent by script forgets which button was pressed: say it in a hidden field.
const withSubmitter = (form, submitter) => {
  if (submitter?.name) {
    const pressed = document.createElement("input");
    pressed.type = "hidden";
    pressed.name = submitter.name;
    pressed.value = submitter.value;
    form.append(pressed);
  }
  return form;
};

const place = document.querySelector("[data-here]");
if (place && "geolocation" in navigator) {
  const button = place.querySelector("button");
  const said = document.querySelector("[data-here-said]");
  const { elements } = place.closest("form");
  place.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    show(said, said.dataset.wait);
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        elements.latitude.value = coords.latitude;
        elements.longitude.value = coords.longitude;
        elements.accuracy.value = coords.accuracy;
        elements.position_at.value = new Date(timestamp).toISOString();
        show(said, said.dataset.found);
        if (place.dataset.here === "send") place.closest("form").requestSubmit();
      },
      () => {
        button.disabled = false;
        show(said, said.dataset.refused);
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });
}

addEventListener("online", sendKept);
setInterval(() => {
  if (read().length) sendKept();
}, AGAIN_MS);
if (read().length) sendKept();
// A page that comes back out of the browser's memory must not carry its old one-time key.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
