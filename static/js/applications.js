// Applications: the fee follows the form, and cities are suggested for the chosen country. Without this the page works the same, later.

const WAIT = 400;

function feeFollows(form) {
  const box = form.querySelector("#fee");
  let waiting;
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    const answer = await fetch(form.dataset.fee, { method: "POST", body: new FormData(form) });
    if (answer.ok && !answer.redirected && number === asked) box.innerHTML = await answer.text();
  };
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => {}), WAIT);
  });
}

function citiesFollow(form, country) {
  const city = form.querySelector(`#${CSS.escape(country.id.replace(/country$/, "city"))}`);
  if (!city) return;
  const list = document.createElement("datalist");
  list.id = `${city.id}-list`;
  city.after(list);
  city.setAttribute("list", list.id);
  const fill = async () => {
    const answer = await fetch(`${form.dataset.cities}?country=${encodeURIComponent(country.value)}`);
    if (answer.ok) list.innerHTML = await answer.text();
  };
  country.addEventListener("change", () => fill().catch(() => {}));
  if (country.value) fill().catch(() => {});
}

for (const form of document.querySelectorAll("form[data-cities]")) {
  if (form.dataset.fee) feeFollows(form);
  for (const country of form.querySelectorAll("[data-country]")) citiesFollow(form, country);
}

// Of a stay only one place is asked; without this both are there, and the words say which is for what.
function departureFollows(form) {
  const kind = form.querySelector("#id_kind");
  const fields = [...form.querySelectorAll("[name^=from_]")].map((field) => field.closest(".field")).filter(Boolean);
  if (!kind || !fields.length) return;
  const named = [...form.querySelectorAll("[data-journey-label]")];
  fields.forEach((field) => field.querySelector(".optional")?.remove());
  const show = () => {
    const isJourney = ["flight", "train"].includes(kind.value);
    fields.forEach((field) => { field.hidden = !isJourney; });
    for (const input of named) {
      const label = form.querySelector(`label[for="${CSS.escape(input.id)}"]`);
      if (label) label.textContent = isJourney ? input.dataset.journeyLabel : input.dataset.stayLabel;
    }
  };
  kind.addEventListener("change", show);
  show();
}

document.querySelectorAll("form[data-cities]").forEach(departureFollows);
