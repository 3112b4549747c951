/** Light or dark: as the system says, unless one was chosen. */

import { useEffect, useState, useSyncExternalStore } from "react";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "simgen.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

function kept(): Theme {
  try {
    const found = window.localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === found) ?? "auto";
  } catch {
    return "auto";
  }
}

let current = kept();
const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  system.addEventListener("change", watcher);
  return () => {
    watchers.delete(watcher);
    system.removeEventListener("change", watcher);
  };
}

export function setTheme(theme: Theme): void {
  current = theme;
  try {
    window.localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds until the page is closed.
  }
  for (const watcher of watchers) watcher();
}

export function useTheme(): Theme {
  return useSyncExternalStore(watch, () => current);
}

/** Is dark shown now? */
export function useDark(): boolean {
  return useSyncExternalStore(watch, () =>
    current === "auto" ? system.matches : current === "dark",
  );
}

/** Write the choice where the style sheets look for it. */
export function useThemeOnPage(): void {
  const theme = useTheme();
  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}

/** Does a media query hold now? */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const look = () => setHolds(media.matches);
    look();
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, [query]);
  return holds;
}
