import { expect, test } from 'vitest';
import { originalAttributes, type Modification } from './originalAttributes.ts';
import type { DicomJson } from './types.ts';

const modification = (values: Partial<Modification> = {}): Modification => ({
  system: 'HUTONG',
  reason: 'CORRECT',
  source: 'PACS A',
  at: new Date('2026-11-21T09:08:07.006Z'),
  ...values,
});

const dataset: DicomJson = {
  '00080050': { vr: 'SH', Value: ['A1'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'ZHANG^SAN', Ideographic: '张^三' }] },
  '00100020': { vr: 'LO', Value: ['1'] },
};

test('the item holds the previous values of what changes, who changed it, when and why', () => {
  const changes = {
    '00080050': { vr: 'SH', Value: ['A1'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'LI^SI' }] },
    '00100020': null,
    '00100040': { vr: 'CS', Value: ['F'] },
  };
  expect(originalAttributes(dataset, changes, modification())).toEqual({
    vr: 'SQ',
    Value: [
      {
        '04000550': {
          vr: 'SQ',
          Value: [
            { '00100010': dataset['00100010'], '00100020': dataset['00100020'], '00100040': { vr: 'CS' } },
          ],
        },
        '04000562': { vr: 'DT', Value: ['20261121090807.006+0000'] },
        '04000563': { vr: 'LO', Value: ['HUTONG'] },
        '04000564': { vr: 'LO', Value: ['PACS A'] },
        '04000565': { vr: 'CS', Value: ['CORRECT'] },
      },
    ],
  });
});

test('items of earlier changes stay in front, a source that is not known is empty', () => {
  const earlier = { '04000565': { vr: 'CS', Value: ['COERCE'] } };
  const changed = originalAttributes(
    { ...dataset, '04000561': { vr: 'SQ', Value: [earlier] } },
    { '00100020': { vr: 'LO', Value: ['2'] } },
    modification({ source: '', reason: 'COERCE' }),
  );
  expect(changed?.Value).toHaveLength(2);
  expect(changed?.Value?.[0]).toBe(earlier);
  expect(changed?.Value?.[1]).toMatchObject({ '04000564': { vr: 'LO' } });
});

test('changes that change nothing leave no record', () => {
  const same = { Ideographic: '张^三', Alphabetic: 'ZHANG^SAN' };
  const changes = { '00100010': { vr: 'PN', Value: [same] }, '00104000': null };
  expect(originalAttributes(dataset, changes, modification())).toBeNull();
});
