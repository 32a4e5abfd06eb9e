import { attribute, type DicomJson, type DicomJsonAttribute } from '@hutong/dicom';
import { expect, test } from 'vitest';
import { activeColumns, chooseAction } from './chooseAction.ts';
import type { ProfileOptions } from './options.ts';
import { type OptionColumn, PROFILE_ROWS } from './profileTable.ts';
import { aDeidentifier, NOTHING_RETAINED, one, SUBJECT } from './testDatasets.ts';

/** Options by the column that they switch on. */
const OPTIONS: Record<OptionColumn | 'none', Partial<ProfileOptions>> = {
  none: {},
  u: { retainUids: true },
  d: { retainDeviceIdentity: true },
  i: { retainInstitutionIdentity: true },
  p: { retainPatientCharacteristics: true },
  f: { dates: 'keep' },
  m: { dates: 'shift' },
  t: { cleanDescriptors: true },
  s: { cleanStructuredContent: true },
  g: { cleanGraphics: true },
};

/** Values that no de-identified dataset may hold by chance. */
const VALUES: Record<string, unknown> = {
  AE: 'QXJAETITLE',
  AS: '045Y',
  CS: 'QXJCODE',
  DA: '19610712',
  DS: 61.75,
  DT: '19610712083011',
  FD: 61.75,
  FL: 61.75,
  IS: 6175,
  LO: 'Qxjlong string',
  LT: 'Qxjlong text',
  PN: { Alphabetic: 'Qxjdoe^Jane' },
  SH: 'Qxjshort',
  SL: 6175,
  ST: 'Qxjshort text',
  TM: '083011',
  UC: 'Qxjunlimited',
  UI: '1.2.276.6175.1',
  UL: 6175,
  UR: 'http://qxj.example',
  US: 6175,
  UT: 'Qxjtext',
};

function valueOf(tag: string): DicomJsonAttribute {
  const vr = attribute(tag)?.vr ?? 'LO';
  if (vr === 'SQ') return one('SQ', { '00080104': one('LO', 'Qxjmeaning'), '0040A040': one('CS', 'TEXT') });
  if (vr.startsWith('O') || vr === 'UN')
    return { vr, InlineBinary: Buffer.from('Qxjbinary!').toString('base64') };
  return one(vr, VALUES[vr]);
}

const tagsOf = (tag: string): string[] =>
  tag.includes('x')
    ? [tag.replace('xx', '00'), tag.replace('xx', '1E')].map((t) => t.replace(/x/g, '1'))
    : [tag];

const replaced = new Set(['00100010', '00100020', '00120062', '00120063', '00120064', '00280303']);
const cases = PROFILE_ROWS.flatMap((row) => tagsOf(row.tag).map((tag) => ({ row, tag })));

test('the table has all its rows, and none with an action that there is not', () => {
  expect(PROFILE_ROWS.length).toBe(654);
  expect(PROFILE_ROWS.every(({ basic }) => /^(X|Z|D|U|X\/Z|X\/D|Z\/D|X\/Z\/D|X\/Z\/U\*)$/.test(basic))).toBe(
    true,
  );
});

test.each(Object.entries(OPTIONS))('every row does what it says with the option %s', (column, given) => {
  const options = { ...NOTHING_RETAINED, ...given };
  const deidentifier = aDeidentifier(options);
  const failures: string[] = [];
  for (const { row, tag } of cases) {
    if (replaced.has(tag) || tag.startsWith('0000') || tag.startsWith('0002')) continue;
    const original = valueOf(tag);
    // What the registry does not know yet is removed whatever the table says.
    if (attribute(tag) === undefined) {
      if (deidentifier.dataset({ [tag]: original }, SUBJECT).dataset[tag] !== undefined) failures.push(tag);
      continue;
    }
    const isSequence = original.vr === 'SQ';
    const action = chooseAction(row, activeColumns(options), isSequence);
    const result = deidentifier.dataset({ [tag]: original }, SUBJECT).dataset[tag];
    const words = JSON.stringify(result ?? null);
    const isSame = words === JSON.stringify(original);
    const fits =
      tag.startsWith('50') || tag.startsWith('60')
        ? result === undefined
        : action === 'X'
          ? result === undefined
          : action === 'Z'
            ? result?.Value === undefined
            : action === 'U' && !isSequence
              ? words.includes('2.25.')
              : action === 'D'
                ? !words.includes('Qxj') && !isSame
                : action === 'K' && !isSequence
                  ? isSame || original.vr === 'PN' || original.vr.startsWith('O') || isHarvested(tag, words)
                  : isSequence && (action === 'K' || action === 'U')
                    ? result?.Value?.length === 1
                    : // Cleaned: nothing of a text stays, dates move, numbers and times may stay.
                      !/qxj/i.test(words) && (!isSame || !['DA', 'DT'].includes(original.vr));
    if (!fits) failures.push(`${tag} ${row.basic} ${column} ${action}: ${words}`);
  }
  expect(failures).toEqual([]);
});

/** What identifies elsewhere in the dataset is taken out of itself, too, where nobody asked to keep it. */
const isHarvested = (_tag: string, words: string): boolean =>
  words.includes('ANONYMIZED') || words === 'null';

test.each(
  PROFILE_ROWS.filter(({ tag }) => !tag.startsWith('000'))
    .map((row) => [row.tag, row] as const)
    .filter((_, i) => i % 7 === 0),
)('the rule of %s holds inside of sequences', (_, row) => {
  const [tag = ''] = tagsOf(row.tag);
  const deep: DicomJson = {
    '00089215': one('SQ', { '00082228': one('SQ', { [tag]: valueOf(tag) }) }),
  };
  const top = aDeidentifier(NOTHING_RETAINED).dataset({ [tag]: valueOf(tag) }, SUBJECT).dataset[tag];
  const nested = JSON.stringify(aDeidentifier(NOTHING_RETAINED).dataset(deep, SUBJECT).dataset);
  expect(nested).not.toContain('Qxj');
  if (top === undefined) expect(nested).not.toContain(`"${tag}"`);
});

test.each<[string, DicomJsonAttribute]>([
  ['00100033', one('LO', '癸亥年六月初二')],
  ['00100034', one('LO', '民国七十五年')],
  ['00400031', one('UT', 'HIS of the hospital')],
  ['0040A33A', one('ST', 'told his brother Qxj')],
  ['30080202', one('ST', 'told his brother Qxj')],
  ['00240044', one('LT', 'told his brother Qxj')],
  ['00200012', one('IS', 20041777)],
  ['00181411', one('DS', '20041777')],
  ['00080070', one('LO', 'made for 2004 1777')],
])('%s, of which the table says nothing, says nothing of the patient', (tag, given) => {
  const subject = { ...SUBJECT, known: { codes: ['0020041777'] } };
  const { dataset } = aDeidentifier().dataset({ [tag]: given }, subject);
  expect(JSON.stringify(dataset[tag] ?? {})).not.toMatch(/Qxj|HIS|年|2004|1777/);
});

test('numbers that are no patient stay', () => {
  const numbers = { '00200012': one('IS', 3), '00181411': one('DS', 1.5), '00200013': one('IS', 1234567) };
  expect(aDeidentifier().dataset(numbers, SUBJECT).dataset).toMatchObject(numbers);
});
