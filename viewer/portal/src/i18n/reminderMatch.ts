/** Words of what a reminder names; of the card too, which is a page of its own. */
import type { RecognitionWord } from '@hutong/recognition';
import type { Language } from './language.ts';

const zh = {
  words: {
    MUST_RECOGNISE: '应当互认',
    MAY: '可以互认',
    NOT_IN_SCOPE: '不在互认范围',
  } satisfies Record<RecognitionWord, string>,
  own: '本院检查',
  today: '今天',
  ago: (days: number) => `${days} 天前`,
  passed: '影像核验通过',
  covers: '互认标识只覆盖影像与数据，不包括诊断意见。',
  because: '依据：',
};

const en: typeof zh = {
  words: { MUST_RECOGNISE: 'Must be recognised', MAY: 'May be recognised', NOT_IN_SCOPE: 'Not in scope' },
  own: 'Own study',
  today: 'today',
  ago: (days) => (days === 1 ? 'yesterday' : `${days} days ago`),
  passed: 'Images verified',
  covers: 'A label covers images and data, never the conclusion of a physician.',
  because: 'Because: ',
};

export type ReminderMatchWords = typeof zh;
export const reminderMatchWords: Record<Language, ReminderMatchWords> = { zh, en };
