/* Day or night, before anything is painted: a white flash at night blinds a whole set for a minute.
   A plain script for <head>. Remembered per device; ?theme=night in the address wins, for a wall. */
(() => {
  const known = ["day", "night"];
  let theme = new URLSearchParams(location.search).get("theme");
  try {
    if (known.includes(theme)) localStorage.setItem("showclear-theme", theme);
    else theme = localStorage.getItem("showclear-theme");
  } catch {
    /* A browser that keeps nothing still has a theme, until it is closed. */
  }
  if (!known.includes(theme)) {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day";
  }
  document.documentElement.dataset.theme = theme;
})();
