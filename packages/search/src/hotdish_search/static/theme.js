// Runs before the first paint, so that a remembered choice of light or dark never flashes.
// Kept out of the module, because modules run after parsing.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("hotdish-theme");
  } catch {
    // Storage is switched off: the system's choice holds.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.hotdishTheme = theme;
})();
