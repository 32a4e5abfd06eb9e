import { z } from 'zod';
import { auditSettings } from './audit.ts';
import { changeSettings } from './changes.ts';
import { conformanceSettings } from './conformance.ts';
import { figureSettings } from './figures.ts';
import { limitSettings } from './limits.ts';
import { orderSettings } from './orders.ts';
import { networkSettings } from './network.ts';
import { privacySettings } from './privacy.ts';
import { processSettings } from './processes.ts';
import { publicationSettings } from './publication.ts';
import { regionSettings } from './region.ts';
import { registrySettings } from './registry.ts';
import { reminderSettings } from './reminders.ts';
import { secretSettings } from './secrets.ts';
import { signInSettings } from './signIn.ts';
import { indexSettings, objectSettings } from './storage.ts';

/** Every setting, its environment variable and its default, in the order of the README's table. */
export const settings = z.object({
  ...networkSettings,
  ...signInSettings,
  ...regionSettings,
  ...indexSettings,
  ...secretSettings,
  ...objectSettings,
  ...conformanceSettings,
  ...figureSettings,
  ...registrySettings,
  ...reminderSettings,
  ...privacySettings,
  ...processSettings,
  ...limitSettings,
  ...changeSettings,
  ...orderSettings,
  ...publicationSettings,
  ...auditSettings,
});

export interface SettingDescription {
  name: string;
  /** The default as it would be written in the environment; empty when there is none. */
  default: string;
  description: string;
  descriptionZh: string;
}

/** One row per setting, for the README and `hutong config`. */
export function describeConfig(): SettingDescription[] {
  return Object.entries(settings.shape).map(([name, type]) => {
    const parsed = type.safeParse(undefined);
    const value = parsed.success ? parsed.data : undefined;
    const { description = '', zh } = type.meta() ?? {};
    return {
      name,
      default: value === undefined ? '' : value === false ? 'off' : value === true ? 'on' : String(value),
      description,
      descriptionZh: typeof zh === 'string' ? zh : description,
    };
  });
}
