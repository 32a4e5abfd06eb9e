import { hostI18n } from '../host/modules.ts';
import { buttons } from './buttons.ts';
import { panels } from './panels.ts';
import { preferences } from './preferences.ts';

/** Adds what OHIF's Chinese lacks, and replaces words a Chinese radiologist would not use. */
export function addTranslations(): void {
  for (const [namespace, texts] of Object.entries({ ...buttons, ...panels, ...preferences })) {
    hostI18n.addResourceBundle('zh', namespace, texts, true, true);
  }
}
