import { z } from 'zod';
import type { ValuesOf } from './settingKinds.ts';

/** When studies are judged. */
export const conformanceSettings = {
  HUTONG_QUIET_SECONDS: z.coerce.number('a number is expected').min(0).max(86400).default(30).meta({
    description: 'How long a study must be quiet before it is judged.',
    zh: '检查静默多久后开始核验（秒）。',
  }),
  HUTONG_SETTLED_HOURS: z.coerce.number('a number is expected').min(0).max(720).default(6).meta({
    description: 'After how long without new images absent parts are missing, not late.',
    zh: '无新影像多少小时后，缺少的部分视为缺失而非未到。',
  }),
};

export interface ConformanceConfig {
  quietSeconds: number;
  settledHours: number;
}

export function conformanceConfig(values: ValuesOf<typeof conformanceSettings>): ConformanceConfig {
  return { quietSeconds: values.HUTONG_QUIET_SECONDS, settledHours: values.HUTONG_SETTLED_HOURS };
}
