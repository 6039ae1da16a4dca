// Writing a check: only what belongs to the choice made is shown. Without this everything stands there, and works the same.

function shownWhile(form, boxes, name, wanted) {
  const follow = () => {
    const chosen = form.querySelector(`[name="${name}"]:checked`)?.value;
    for (const box of boxes) box.hidden = !wanted.includes(chosen) && !box.querySelector(".has-errors, .errorlist");
  };
  form.addEventListener("change", follow);
  follow();
}

const field = (form, name) => [form.querySelector(`[name="${name}"]`)?.closest(".field")].filter(Boolean);

for (const form of document.querySelectorAll("form.check-form")) {
  shownWhile(form, form.querySelectorAll(".drill-only"), "kind", ["drill"]);
  shownWhile(form, field(form, "reminder_hours"), "reminder_plan", ["own"]);
  if (form.querySelector('[name="rhythm"]')) {
    shownWhile(form, field(form, "weekday"), "rhythm", ["weekly", "fortnightly"]);
    shownWhile(form, field(form, "day"), "rhythm", ["monthly", "departure"]);
  }
}
