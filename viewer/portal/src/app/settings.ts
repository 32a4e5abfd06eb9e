/** The reader's own choices on this machine: theme and language. No patient data is ever kept here. */
import { createContext, use } from 'react';
import type { Language } from '../i18n/language.ts';
import type { Theme } from './theme.ts';

export interface Settings {
  theme: Theme;
  language: Language;
  setTheme: (theme: Theme) => void;
  setLanguage: (language: Language) => void;
}

const THEME = 'hutong.theme';
const LANGUAGE = 'hutong.language';
/** Where the viewer's i18next looks for the reader's language. */
const VIEWER_LANGUAGE = 'i18nextLng';

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing still works; the choice lasts as long as the page.
  }
}

export const storedTheme = (): Theme => (read(THEME) === 'light' ? 'light' : 'dark');
export const storedLanguage = (): Language => (read(LANGUAGE) === 'en' ? 'en' : 'zh');

/** Keeps and shows a theme. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  write(THEME, theme);
}

/** Keeps a language, for the portal and for the viewer. */
export function applyLanguage(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  write(LANGUAGE, language);
  write(VIEWER_LANGUAGE, language === 'zh' ? 'zh' : 'en-US');
}

export const SettingsContext = createContext<Settings>({
  theme: 'dark',
  language: 'zh',
  setTheme: () => undefined,
  setLanguage: () => undefined,
});

/** Theme and language, and how to change them. */
export const useSettings = (): Settings => use(SettingsContext);
