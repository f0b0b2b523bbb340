// Runs before the first paint, so that a remembered theme does not flash. A file of its own: the CSP allows no inline script.
try {
  const theme = localStorage.getItem("inpooling.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is used then.
}
