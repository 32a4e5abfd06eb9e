import { z } from 'zod';
import { integer, type ValuesOf } from './settingKinds.ts';

/** Orders and reports of hospital systems. */
export const orderSettings = {
  HUTONG_INBOX: z.string().min(1).optional().meta({
    description:
      'Folder from which files of hospital systems are taken, one folder a hospital: JSON, CSV and PDF. Not watched when not set.',
    zh: '医院信息系统文件收件目录，每家医院一个子目录，支持 JSON、CSV 和 PDF；不设置则不监听。',
  }),
  HUTONG_REPORT_MINUTES_EMERGENCY: integer(1, 100_000).default(30).meta({
    description: 'Minutes within which the report of an emergency should be there.',
    zh: '急诊报告时限（分钟）。',
  }),
  HUTONG_REPORT_MINUTES_PLAIN: integer(1, 100_000).default(120).meta({
    description: 'Minutes within which the report of a radiograph should be there.',
    zh: '平片报告时限（分钟）。',
  }),
  HUTONG_REPORT_MINUTES_CT_MR: integer(1, 100_000).default(1440).meta({
    description: 'Minutes within which the report of a CT or MR exam should be there.',
    zh: 'CT、MR 报告时限（分钟）。',
  }),
};

export interface OrderConfig {
  /** Folder of files; null: none is watched. */
  inbox: string | null;
  /** Targets of report turnaround, in minutes. */
  reportTargets: { emergency: number; plain: number; ctMr: number };
}

export function orderConfig(values: ValuesOf<typeof orderSettings>): OrderConfig {
  return {
    inbox: values.HUTONG_INBOX ?? null,
    reportTargets: {
      emergency: values.HUTONG_REPORT_MINUTES_EMERGENCY,
      plain: values.HUTONG_REPORT_MINUTES_PLAIN,
      ctMr: values.HUTONG_REPORT_MINUTES_CT_MR,
    },
  };
}
