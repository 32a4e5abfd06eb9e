/** Words of the card that stands in pages of hospital systems. */
import type { Language } from './language.ts';

const zh = {
  title: '检查结果互认提醒',
  lead: '患者近期已做过同项目检查：',
  exam: '拟开项目：',
  language: 'English',
  open: '查看影像',
  recognise: '采用该结果（互认）',
  again: '仍需重新检查',
  recognised: '已登记互认',
  examinedAgain: (code: string) => `已登记重新检查（${code}）`,
  reason: '重新检查的原因',
  choose: '请选择原因',
  text: '说明',
  textNeeded: '请填写说明',
  informed: '已告知患者或家属并说明理由',
  confirm: '登记',
  cancel: '返回',
  busy: '正在登记…',
  working: '正在载入…',
  nobody: '医院系统未提供接诊医师姓名，请登录后登记。',
  page: '登录后打开提醒',
  gone: '提醒中的检查已不再有效，请以医院系统的最新提醒为准。',
  over: { title: '链接已过期', text: '请在医院系统中重新打开互认提醒。' },
  failed: { title: '暂时无法载入', text: '请检查网络后重试。', retry: '重试' },
  doctor: (name: string) => `接诊医师：${name}`,
};

const en: typeof zh = {
  title: 'Reminder of recognised examinations',
  lead: 'The patient had the same examination recently:',
  exam: 'Ordered: ',
  language: '中文',
  open: 'Open pictures',
  recognise: 'Use this result (recognise)',
  again: 'Examine again',
  recognised: 'Recognised, on record',
  examinedAgain: (code) => `Examined again, on record (${code})`,
  reason: 'Reason to examine again',
  choose: 'Choose a reason',
  text: 'Explanation',
  textNeeded: 'Please explain',
  informed: 'The patient or family was informed, and told why',
  confirm: 'Record',
  cancel: 'Back',
  busy: 'Recording…',
  working: 'Loading…',
  nobody: 'The hospital system named no physician. Sign in to decide.',
  page: 'Open the reminder, signed in',
  gone: 'What this reminder named does not hold any more. Ask for it anew in the hospital system.',
  over: { title: 'The link is over', text: 'Open the reminder anew in the hospital system.' },
  failed: { title: 'Not available now', text: 'Check the network and try again.', retry: 'Try again' },
  doctor: (name) => `Physician: ${name}`,
};

export type ReminderCardWords = typeof zh;
export const reminderCardWords: Record<Language, ReminderCardWords> = { zh, en };
