import { z } from 'zod';
import { isTimeZone } from '../figures/period.ts';
import { integer, type ValuesOf } from './settingKinds.ts';

/** How the figures of mutual recognition are calculated, and when they are reported. */
export const figureSettings = {
  HUTONG_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'a time zone such as Asia/Shanghai is expected')
    .default('Asia/Shanghai')
    .meta({
      description: 'Time zone whose days and months figures count by.',
      zh: '统计按此时区的自然日与自然月计算。',
    }),
  HUTONG_REPEAT_DAYS: integer(0, 90).default(7).meta({
    description: 'A recognised item that is examined again within so many days does not count as saved.',
    zh: '互认后多少天内又做同一项目的，不计入节省费用。',
  }),
  HUTONG_REPORT_DAY: integer(0, 28).default(1).meta({
    description: 'Day of the month on which workers make the reports of the month before; 0: they make none.',
    zh: '每月几日自动生成上月报表；0 表示不自动生成。',
  }),
};

export interface FiguresConfig {
  /** IANA name. */
  timeZone: string;
  repeatDays: number;
  /** 1 to 28; 0: never. */
  reportDay: number;
}

export function figuresConfig(values: ValuesOf<typeof figureSettings>): FiguresConfig {
  return {
    timeZone: values.HUTONG_TIME_ZONE,
    repeatDays: values.HUTONG_REPEAT_DAYS,
    reportDay: values.HUTONG_REPORT_DAY,
  };
}
