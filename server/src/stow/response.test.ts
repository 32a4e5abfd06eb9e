import { describe, expect, test } from 'vitest';
import type { DicomJson, DicomWarningCode } from '@hutong/dicom';
import { jsonPieces } from '../dicomweb/streamedDataset.ts';
import { FAILURE_REASONS, type FailureName } from './reasons.ts';
import { errorComment, storeResponse, storeStatus, studyUrl, type PartOutcome } from './response.ts';
import { DATASET_WARNINGS } from './warnings.ts';

const ROOT = 'https://cloud.example/dicomweb';

const responseOf = (...response: Parameters<typeof storeResponse>): DicomJson =>
  JSON.parse([...jsonPieces(storeResponse(...response))].join('')) as DicomJson;

const stored = (part: number, more: Partial<Extract<PartOutcome, { kind: 'stored' }>> = {}): PartOutcome => ({
  kind: 'stored',
  part,
  studyInstanceUid: '1.2.1',
  seriesInstanceUid: '1.2.2',
  sopInstanceUid: `1.2.3.${part}`,
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  ...more,
});
const failed = (
  part: number,
  reason: FailureName,
  more: Partial<Extract<PartOutcome, { kind: 'failed' }>> = {},
): PartOutcome => ({
  kind: 'failed',
  part,
  reason,
  ...more,
});
const named = { identity: { sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: '1.2.9' } };
const warned = { warning: { code: 'WRONG_CHARACTER_SET', tag: '00080005' } } as const;

describe('the status (PS3.18 Table 10.5.3-1)', () => {
  test.each<[string, PartOutcome[], number]>([
    ['all stored', [stored(1), stored(2)], 200],
    ['all stored, one with a warning', [stored(1), stored(2, warned)], 202],
    ['some stored', [stored(1), failed(2, 'NOT_DICOM')], 202],
    ['none stored', [failed(1, 'NOT_DICOM'), failed(2, 'SOP_CLASS', named)], 409],
    ['none stored for want of a store', [failed(1, 'OUT_OF_RESOURCES'), failed(2, 'OUT_OF_RESOURCES')], 503],
    ['none stored for a mixture of reasons', [failed(1, 'OUT_OF_RESOURCES'), failed(2, 'NOT_DICOM')], 409],
  ])('%s', (_name, outcomes, status) => {
    expect(storeStatus(outcomes)).toBe(status);
  });
});

describe('the Store Instances Response Module (PS3.18 Table I.1-1)', () => {
  test('has a Referenced SOP Sequence of what was stored, with URLs under the root that was asked', () => {
    expect(responseOf([stored(1)], ROOT)).toEqual({
      '00081190': { vr: 'UR', Value: [`${ROOT}/studies/1.2.1`] },
      '00081199': {
        vr: 'SQ',
        Value: [
          {
            '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
            '00081155': { vr: 'UI', Value: ['1.2.3.1'] },
            '00081190': { vr: 'UR', Value: [`${ROOT}/studies/1.2.1/series/1.2.2/instances/1.2.3.1`] },
          },
        ],
      },
    });
  });

  test('says by Warning Reason B007 and a comment what is wrong with an instance that was stored', () => {
    const item = responseOf([stored(4, warned)], ROOT)['00081199']?.Value?.[0];
    expect(item).toMatchObject({
      '00000902': { vr: 'LO', Value: ['Part 4: text is not in its character set, (0008,0005)'] },
      '00081196': { vr: 'US', Value: [0xb007] },
    });
  });

  test('puts failures of instances that are known into Failed SOP Sequence, and the others beside', () => {
    const response = responseOf(
      [failed(1, 'OTHER_STUDY', { ...named, tag: '0020000D' }), failed(2, 'NOT_DICOM', { offset: 128 })],
      ROOT,
    );
    expect(response).toEqual({
      '00081190': { vr: 'UR' },
      '00081198': {
        vr: 'SQ',
        Value: [
          {
            '00000902': { vr: 'LO', Value: ['Part 1: StudyInstanceUID differs from the path, (0020,000D)'] },
            '00081150': { vr: 'UI', Value: [named.identity.sopClassUid] },
            '00081155': { vr: 'UI', Value: [named.identity.sopInstanceUid] },
            '00081197': { vr: 'US', Value: [0xa900] },
          },
        ],
      },
      '0008119A': {
        vr: 'SQ',
        Value: [
          {
            '00000902': { vr: 'LO', Value: ['Part 2: not a DICOM Part 10 file, byte 128'] },
            '00081197': { vr: 'US', Value: [0xc000] },
          },
        ],
      },
    });
  });

  test('names no study when the instances belong to several', () => {
    const outcomes = [stored(1), stored(2, { studyInstanceUid: '1.2.5' })];
    expect(studyUrl(outcomes, ROOT)).toBeNull();
    expect(responseOf(outcomes, ROOT)['00081190']).toEqual({ vr: 'UR' });
  });

  test('comments in Chinese where that is asked, and says that it is UTF-8', () => {
    const response = responseOf([failed(2, 'DANGEROUS_PREAMBLE', { offset: 0 })], ROOT, 'zh');
    expect(response['00080005']).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
    expect(response['0008119A']?.Value).toEqual([
      {
        '00000902': { vr: 'LO', Value: ['第 2 部分：文件前导区伪装为其他类型文件，已拒绝，字节 0'] },
        '00081197': { vr: 'US', Value: [0xc001] },
      },
    ]);
  });
});

test('every reason and warning fits an LO in both languages, with its place', () => {
  const place = { part: 20_000, offset: 99_999_999_999, tag: '0020000D' };
  for (const language of ['en', 'zh'] as const) {
    for (const reason of Object.keys(FAILURE_REASONS) as FailureName[]) {
      const comment = errorComment({ ...place, reason }, language);
      expect(comment.length).toBeLessThanOrEqual(64);
      expect(comment).toContain(FAILURE_REASONS[reason][language]);
    }
    for (const code of Object.keys(DATASET_WARNINGS) as DicomWarningCode[]) {
      const words = DATASET_WARNINGS[code]?.[language];
      if (words === undefined) continue;
      const outcome = stored(20_000, { warning: { code, tag: '00081140/0/00420011' } });
      const text = JSON.stringify(responseOf([outcome], ROOT, language));
      expect(text).toContain(words);
      expect(text).toContain('(0008,1140)');
    }
  }
});
