/** Words of the list of pages of mutual recognition. */
import type { RecognitionPath } from '../recognition/sections.ts';
import type { Language } from './language.ts';

const zh = {
  title: '检查互认',
  nothing: '您的角色没有互认相关的工作。',
  sections: {
    reminders: '开单提醒',
    decisions: '互认记录',
    labels: '标识管理',
    persons: '患者主索引',
    figures: '互认统计',
    registry: '互认登记',
    orders: '申请单与报告',
    prices: '医保支付标准',
  } satisfies Record<RecognitionPath, string>,
};

const en: typeof zh = {
  title: 'Mutual recognition',
  nothing: 'Your roles have nothing to do with mutual recognition.',
  sections: {
    reminders: 'Reminders',
    decisions: 'Decisions',
    labels: 'HR labels',
    persons: 'Persons',
    figures: 'Figures',
    registry: 'Registry',
    orders: 'Orders and reports',
    prices: 'Insurance payments',
  },
};

export const recognitionWords: Record<Language, typeof zh> = { zh, en };
