import { z } from 'zod';
import { integer, type ValuesOf } from './settingKinds.ts';

/** The change feed, and where webhooks carry it. */
export const changeSettings = {
  HUTONG_CHANGES_DAYS: integer(1, 3650).default(90).meta({
    description: 'Days that the change feed goes back.',
    zh: '变更流保留的天数。',
  }),
  HUTONG_WEBHOOK_ADDRESSES: z.enum(['public', 'private', 'any']).default('private').meta({
    description:
      'Where webhooks may be delivered: `public` addresses, those of `private` networks too, or `any`, this machine included.',
    zh: '回调（webhook）可投递的地址：`public` 仅公网，`private` 另含内网，`any` 不限（含本机）。',
  }),
};

export interface ChangeConfig {
  /** Days that changes are kept. */
  changesDays: number;
  /** Addresses that webhooks may be delivered to. */
  webhookAddresses: 'public' | 'private' | 'any';
}

export function changeConfig(values: ValuesOf<typeof changeSettings>): ChangeConfig {
  return { changesDays: values.HUTONG_CHANGES_DAYS, webhookAddresses: values.HUTONG_WEBHOOK_ADDRESSES };
}
