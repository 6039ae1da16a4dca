// Passkey buttons show only where the browser can use them; what goes wrong is said on the page.

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-needs-script]")) button.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-passkey-problem]");
  if (place) place.hidden = false;
});
