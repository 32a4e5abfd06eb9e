import type { Bilingual } from '@hutong/conformance';
import type { RecognitionWord } from '@hutong/recognition';
import type { NoMatchReason } from '@hutong/storage-config';
import type { ReminderMatchBody } from '../contract/reminders.ts';

export const WORD_TEXT: Readonly<Record<RecognitionWord, Bilingual>> = {
  MUST_RECOGNISE: { zh: '应当互认', en: 'must be recognised' },
  MAY: { zh: '可以互认', en: 'may be recognised' },
  NOT_IN_SCOPE: { zh: '不在互认范围', en: 'not within the scope of recognition' },
};

const OWN: Bilingual = { zh: '本院检查', en: 'own study' };

export const NO_MATCH_TEXT: Readonly<Record<NoMatchReason, Bilingual>> = {
  unmapped: {
    zh: '该检查项目尚未对照到互认清单，无法提醒；已列入待对照清单。',
    en: 'Which item of the list the exam is, is not known, so there is no reminder. It waits for being mapped.',
  },
  notListed: {
    zh: '该检查不在互认清单内。',
    en: 'The exam is on no list of mutual recognition.',
  },
  otherPerson: {
    zh: '证件号码与患者编号属于不同的人，请核对；为避免混淆，未显示任何检查。',
    en: 'The identifiers are those of another person than the PatientID. Check them; nothing is shown, so that nobody is taken for somebody else.',
  },
  noStudy: {
    zh: '未查到该患者近期带有互认标识的同项目检查。',
    en: 'No study of the same item with a label in force, recent enough, is known of this patient.',
  },
};

/** How long ago, as people say it. */
export const ageText = (days: number): Bilingual =>
  days === 0
    ? { zh: '今天', en: 'today' }
    : { zh: `${days} 天前`, en: days === 1 ? 'yesterday' : `${days} days ago` };

/** That an order asks for more than the matches answer. */
export const uncoveredText = (names: readonly Bilingual[]): Bilingual => ({
  zh: `本申请还包括${names.map(({ zh }) => `“${zh}”`).join('、')}，没有查到可互认的检查，仍需检查。`,
  en: `The order also asks for ${names.map(({ en }) => `"${en}"`).join(', ')}, of which no study to recognise is known: that is still to be examined.`,
});

/** What is shown of the word: of an own study that it is one. */
export const wordText = ({ own, word }: Pick<ReminderMatchBody, 'own' | 'word'>): Bilingual =>
  own ? OWN : WORD_TEXT[word];

/** One sentence on a match. */
export function matchText(match: Omit<ReminderMatchBody, 'text'>): Bilingual {
  const age = ageText(match.ageDays);
  const word = wordText(match);
  const { zh, en } = match.hospital.name;
  return {
    zh: `${zh} ${match.studyDate}（${age.zh}）已做“${match.item.name.zh}”，${match.labels.join('、')}，${word.zh}`,
    en: `${en}, ${match.studyDate} (${age.en}): "${match.item.name.en}", ${match.labels.join(', ')}, ${word.en}`,
  };
}
