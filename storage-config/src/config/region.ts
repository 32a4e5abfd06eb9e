import { z } from 'zod';
import type { ValuesOf } from './settingKinds.ts';

/** Whose studies these are, and whose mutual-recognition list judges them. */
export const regionSettings = {
  HUTONG_DEFAULT_HOSPITAL: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('default')
    .meta({
      description: 'Hospital that stores go to when HUTONG_AUTH is off and no hospital is in the path.',
      zh: 'HUTONG_AUTH 为 off 且路径未指明医院时，影像归属的医院。',
    }),
  HUTONG_REGION_NAME: z.string().min(1).default('龙南市').meta({
    description: 'Recognition scope whose HR label is given.',
    zh: '互认范围名称，标识文本为“范围名+HR”。',
  }),
  HUTONG_REGION_CODE: z
    .string()
    .regex(/^[1-9]\d{5}$/, 'six digits of GB/T 2260 are expected')
    .default('451200')
    .meta({
      description:
        'Administrative division (GB/T 2260) whose mutual-recognition list judges studies of hospitals that name no code as their region.',
      zh: '医院未填写行政区划代码时，按此行政区划（GB/T 2260）的互认清单核验。',
    }),
};

export interface RegionConfig {
  defaultHospital: string;
  regionName: string;
  /** GB/T 2260. */
  regionCode: string;
}

export function regionConfig(values: ValuesOf<typeof regionSettings>): RegionConfig {
  return {
    defaultHospital: values.HUTONG_DEFAULT_HOSPITAL,
    regionName: values.HUTONG_REGION_NAME,
    regionCode: values.HUTONG_REGION_CODE,
  };
}
