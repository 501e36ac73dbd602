// Keys, the menu of narrow windows, and dialogs. Everything else is plain HTML.
const isTyping = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;

const focusSearch = () => {
  const field = document.querySelector("[data-search]");
  if (field) {
    field.focus();
    field.select();
  }
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const isSearchKey = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
  const isPaletteKey = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (isSearchKey || isPaletteKey) {
    event.preventDefault();
    focusSearch();
  }
  const keyed = !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && document.querySelector("dialog[open]") === null
    ? document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
    : null;
  if (keyed) {
    event.preventDefault();
    keyed.click();
    keyed.focus();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form")?.requestSubmit();
  if (event.key === "Escape") document.body.classList.remove("sr-menu-open");
});

document.addEventListener("click", (event) => {
  const menu = event.target.closest("[data-menu]");
  if (menu) {
    const isOpen = document.body.classList.toggle("sr-menu-open");
    menu.setAttribute("aria-expanded", String(isOpen));
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

document.querySelector('.sr-tree [aria-current="page"]')?.scrollIntoView({ block: "nearest" });

// What was revealed is masked again after a while, and when the window is left.
const maskAgain = (box) => box.querySelectorAll("[data-secret]").forEach((secret) => {
  secret.textContent = "••••••";
});
document.querySelectorAll("[data-masks-after]").forEach((box) => {
  setTimeout(() => maskAgain(box), Number(box.dataset.masksAfter) * 1000);
  window.addEventListener("blur", () => maskAgain(box));
});
