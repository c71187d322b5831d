// The theme switch without loading the page anew. The same cookie as the form's own route sets.
const YEAR = 365 * 24 * 3600;

export function switchThemes() {
  for (const form of document.querySelectorAll("[data-theme-switch]")) {
    form.addEventListener("submit", (event) => {
      const chosen = event.submitter?.value;
      if (!chosen) return;
      event.preventDefault();
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `vitrine-theme=${chosen}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
      if (chosen === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = chosen;
      for (const button of document.querySelectorAll("[data-theme-switch] button")) {
        button.setAttribute("aria-pressed", String(button.value === chosen));
      }
    });
  }
}
