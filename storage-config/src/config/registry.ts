import { integer, type ValuesOf } from './settingKinds.ts';

/** Quality evaluations and state tests of devices. */
export const registrySettings = {
  HUTONG_QUALIFICATION_WARNING_DAYS: integer(1, 365).default(30).meta({
    description: 'Days before the end of a qualification or of a device test from which on it is warned of.',
    zh: '质量评价、设备检测到期前多少天开始预警。',
  }),
};

export interface RegistryConfig {
  qualificationWarningDays: number;
}

export function registryConfig(values: ValuesOf<typeof registrySettings>): RegistryConfig {
  return { qualificationWarningDays: values.HUTONG_QUALIFICATION_WARNING_DAYS };
}
