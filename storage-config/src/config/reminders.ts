import { z } from 'zod';
import { flag, integer, type ValuesOf } from './settingKinds.ts';

const origin = z
  .string()
  .trim()
  .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+$/, 'an origin such as https://his.example is expected');

/** The reminder before an exam is ordered, and its card. */
export const reminderSettings = {
  HUTONG_REMINDER_CARD_MINUTES: integer(5, 720).default(120).meta({
    description: 'How long the link to the card of a reminder opens, in minutes.',
    zh: '互认提醒卡片链接的有效时间（分钟）。',
  }),
  HUTONG_REMINDER_FRAME_ORIGINS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
    .pipe(z.array(origin).max(50))
    .meta({
      description:
        'Origins of hospital systems, separated by commas, whose pages may show the card of a reminder in a frame.',
      zh: '允许在页面框架中显示互认提醒卡片的医院系统来源（origin），以逗号分隔。',
    }),
  HUTONG_REMINDER_ASSERTED_IDENTITY: flag.default(false).meta({
    description:
      'Whether a doctor without an account may open pictures from the card of a reminder, under the name that the hospital system gave.',
    zh: '是否允许没有账号的医生以医院系统提供的身份，在互认提醒卡片中打开影像。',
  }),
};

export interface ReminderConfig {
  reminderCardSeconds: number;
  reminderFrameOrigins: string[];
  reminderAssertedIdentity: boolean;
}

export function reminderConfig(values: ValuesOf<typeof reminderSettings>): ReminderConfig {
  return {
    reminderCardSeconds: values.HUTONG_REMINDER_CARD_MINUTES * 60,
    reminderFrameOrigins: values.HUTONG_REMINDER_FRAME_ORIGINS,
    reminderAssertedIdentity: values.HUTONG_REMINDER_ASSERTED_IDENTITY,
  };
}
