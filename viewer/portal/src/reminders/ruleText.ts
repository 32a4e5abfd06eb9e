import type { RecognitionConditions, RecognitionPolicy, RecognitionRule } from '@hutong/recognition';
import type { Language } from '../i18n/language.ts';

const LABELS: Record<Language, Record<'scope' | 'tier' | 'city', Record<string, string>>> = {
  zh: {
    scope: { inside: '接诊医院在标识范围内', outside: '接诊医院在标识范围外', any: '不限范围' },
    tier: { same: '级别相同', issuingHigher: '出具医院级别更高', issuingLower: '出具医院级别更低' },
    city: { same: '同一城市', other: '不同城市' },
  },
  en: {
    scope: {
      inside: 'viewing hospital inside of the scope',
      outside: 'viewing hospital outside of the scope',
      any: 'any scope',
    },
    tier: {
      same: 'same tier',
      issuingHigher: 'issuing hospital of a higher tier',
      issuingLower: 'issuing hospital of a lower tier',
    },
    city: { same: 'same city', other: 'other city' },
  },
};

/** What has to be so for a rule, in words; the default scope goes without saying. */
export function conditionsText(when: RecognitionConditions, language: Language): string {
  const zh = language === 'zh';
  const labels = LABELS[language];
  const join = (values: readonly string[]): string => values.join(zh ? '、' : ', ');
  const hospital = (of: RecognitionRule['when']['issuing'], name: string): string[] =>
    of === undefined
      ? []
      : [
          ...(of.levelAtLeast === undefined
            ? []
            : [zh ? `${name}不低于${of.levelAtLeast}` : `${name} at least ${of.levelAtLeast}`]),
          ...(of.levelAtMost === undefined
            ? []
            : [zh ? `${name}不高于${of.levelAtMost}` : `${name} at most ${of.levelAtMost}`]),
          ...(of.hospitals === undefined ? [] : [`${name}: ${join(of.hospitals)}`]),
        ];
  const parts = [
    ...(when.scope === undefined ? [] : [labels.scope[when.scope] ?? '']),
    ...(when.labelScopes === undefined
      ? []
      : [`${zh ? '标识范围' : 'label scopes'}: ${join(when.labelScopes)}`]),
    ...hospital(when.issuing, zh ? '出具医院' : 'issuing'),
    ...hospital(when.viewing, zh ? '接诊医院' : 'viewing'),
    ...(when.tier === undefined ? [] : [labels.tier[when.tier] ?? '']),
    ...(when.alliance === undefined
      ? []
      : [
          when.alliance === 'shared'
            ? zh
              ? '同一医联体'
              : 'one alliance'
            : `${zh ? '医联体' : 'alliance'} ${when.alliance}`,
        ]),
    ...(when.city === undefined ? [] : [labels.city[when.city] ?? '']),
    ...(when.items === undefined ? [] : [`${zh ? '项目' : 'items'}: ${join(when.items)}`]),
    ...(when.categories === undefined ? [] : [`${zh ? '类别' : 'categories'}: ${join(when.categories)}`]),
    ...(when.maxAgeDays === undefined
      ? []
      : [zh ? `${when.maxAgeDays} 天以内` : `within ${when.maxAgeDays} days`]),
  ];
  return parts.length === 0
    ? zh
      ? '同在范围内的所有医院'
      : 'all hospitals of the scope'
    : parts.join(zh ? '；' : '; ');
}

/** A policy as somebody may write it. @throws SyntaxError */
export const readPolicy = (text: string): RecognitionPolicy => JSON.parse(text) as RecognitionPolicy;
