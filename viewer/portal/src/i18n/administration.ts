/** Words of the list of administration pages. */
import type { Language } from './language.ts';

const zh = {
  title: '管理',
  nothing: '您的角色没有可管理的内容。',
  sections: {
    people: '用户与角色',
    keys: '设备凭证',
    apps: '接入应用',
    access: '跨院调阅策略',
    audit: '审计记录',
    holds: '保留与封存',
    limits: '限额与用量',
  },
};

const en: typeof zh = {
  title: 'Administration',
  nothing: 'Your roles have nothing to administer.',
  sections: {
    people: 'People and roles',
    keys: 'Keys of machines',
    apps: 'Connected apps',
    access: 'Access between hospitals',
    audit: 'Audit trail',
    holds: 'Retention and holds',
    limits: 'Limits and usage',
  },
};

export const administrationWords: Record<Language, typeof zh> = { zh, en };
