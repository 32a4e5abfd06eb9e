import type { Bilingual } from '@hutong/conformance';
import { hostI18n } from './host/modules.ts';

export type Language = 'zh' | 'en';

/** The language on screen. Changing it reloads the page, so it is constant while one is shown. */
export function language(): Language {
  return (hostI18n.language ?? 'zh').startsWith('zh') ? 'zh' : 'en';
}

/** The text in the language on screen; the other one where it is empty. */
export function say(text: Bilingual): string {
  const { zh, en } = text;
  return language() === 'zh' ? zh || en : en || zh;
}

/** Switches between Chinese and English. */
export async function switchLanguage(): Promise<void> {
  const next = language() === 'zh' ? 'en-US' : 'zh';
  await hostI18n.changeLanguage(next);
  try {
    localStorage.setItem('i18nextLng', next);
    // The portal's own key: the way back must not change the language.
    localStorage.setItem('hutong.language', next === 'zh' ? 'zh' : 'en');
  } catch {
    // Storage may be forbidden; then the choice lasts for this page only.
  }
  location.reload();
}
