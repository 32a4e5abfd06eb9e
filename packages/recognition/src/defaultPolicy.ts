import type { RecognitionPolicy } from './policy.ts';
import { REASON_CODES } from './reasons.ts';

/**
 * What holds until a region says otherwise, from the sources (S0 Longnan's notice of 2024, S1 Hechi's scheme of 2024).
 *
 * S1 lets institutions of 二级甲等 and above recognise each other, S0 those of the secondary level among each other; both
 * say it without reserve: MUST_RECOGNISE. S0 lets a lower level accept an upper one "in principle" alone: MAY. That an upper
 * level accepts a lower one nobody says, except where S1 does: MAY, as for hospitals whose level is not known.
 * The longest age is our own: RX03 names no number.
 */
export const DEFAULT_RECOGNITION_POLICY: RecognitionPolicy = {
  rules: [
    {
      id: 's1-second-a',
      when: { issuing: { levelAtLeast: '二级甲等' }, viewing: { levelAtLeast: '二级甲等' } },
      word: 'MUST_RECOGNISE',
      because: {
        zh: '二级甲等及以上医疗机构之间互认',
        en: 'hospitals of level 2, grade A (二级甲等) and above recognise each other',
      },
      sources: ['S1'],
    },
    {
      id: 's0-second-level',
      when: {
        issuing: { levelAtLeast: '二级', levelAtMost: '二级甲等' },
        viewing: { levelAtLeast: '二级', levelAtMost: '二级甲等' },
      },
      word: 'MUST_RECOGNISE',
      because: {
        zh: '二级医疗机构之间互认',
        en: 'hospitals of the second level recognise each other',
      },
      sources: ['S0'],
    },
    {
      id: 's0-upper-level',
      when: { tier: 'issuingHigher' },
      word: 'MAY',
      because: {
        zh: '下级医疗机构原则上认可上级医疗机构的结果',
        en: 'a hospital of a lower level accepts one of an upper level in principle',
      },
      sources: ['S0'],
    },
  ],
  otherwise: {
    word: 'MAY',
    because: {
      zh: '同在互认范围内，但没有规则要求必须互认',
      en: 'both take part in the scope, and no rule obliges to recognise',
    },
  },
  longestAge: { days: 180, items: {} },
  reasons: [...REASON_CODES],
};
