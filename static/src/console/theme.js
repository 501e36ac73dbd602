// Runs before the first paint, so that a dark page never flashes light. The system's wish holds until the person chooses.
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme");
  const apply = () => root.classList.toggle("dark", (chosen() ?? (system.matches ? "dark" : "light")) === "dark");
  system.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) {
      localStorage.setItem("theme", root.classList.contains("dark") ? "light" : "dark");
      apply();
    }
  });
  apply();
})();
