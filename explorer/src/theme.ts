/** Dark or light: as the system says, until somebody chooses. */

export type Theme = "dark" | "light";

const KEY = "explorer-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const kept = (): Theme | undefined => {
  const found = localStorage.getItem(KEY);
  return found === "dark" || found === "light" ? found : undefined;
};

/** Return the theme in force. */
export const theme = (): Theme => kept() ?? (system.matches ? "dark" : "light");

/** Show the theme in force, now and whenever the system changes. */
export function showTheme(): void {
  document.documentElement.dataset["theme"] = theme();
}

/** Choose the other theme. */
export function turnTheme(): Theme {
  localStorage.setItem(KEY, theme() === "dark" ? "light" : "dark");
  showTheme();
  return theme();
}

system.addEventListener("change", showTheme);
