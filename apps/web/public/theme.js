// Chooses the theme before the first paint. src/theme/theme.ts keeps the choice.
try {
  const choice = localStorage.getItem('pelton.theme');
  const isDark = choice ? choice === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
} catch {
  // Without storage the page stays light.
}
