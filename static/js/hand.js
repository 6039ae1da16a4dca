// A sign of a hand on pages behind a signed link: what a finger or a key did, which a program that only reads mail and presses its buttons cannot
// show. Without this file whoever is very quick is asked once more (ossma/core/automated.py).
const KINDS = ["pointerdown", "touchend", "keydown", "click"];
const note = ({ isTrusted }) => {
  if (!isTrusted) return;
  for (const kind of KINDS) removeEventListener(kind, note, true);
  for (const form of document.querySelectorAll("form[data-answer], form[data-by-hand]")) {
    const sign = document.createElement("input");
    Object.assign(sign, { type: "hidden", name: "by_hand", value: "1" });
    form.append(sign);
  }
};
for (const kind of KINDS) addEventListener(kind, note, true);
