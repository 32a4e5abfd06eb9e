import { type DicomJson, parseNativeXml, serialiseDicomJson } from '@hutong/dicom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryContent } from '../../../packages/dicom/src/arbitraryDatasets.ts';
import { nativeXml, nativeXmlPieces } from './nativeXml.ts';
import { gathered, jsonPieces, type StreamedDataset } from './streamedDataset.ts';

const FIRST = '00081190';
const SEQUENCES = ['00081198', '00081199'];

/** The same dataset, streamed and as a whole. */
const arbitraryPair = fc
  .record({
    first: fc.boolean(),
    sequences: fc.tuple(...SEQUENCES.map(() => fc.array(arbitraryContent, { maxLength: 4 }))),
  })
  .map(({ first, sequences }): { streamed: StreamedDataset; whole: DicomJson } => {
    const attributes: DicomJson = first ? { [FIRST]: { vr: 'UR', Value: ['https://cloud.example'] } } : {};
    const filled = SEQUENCES.flatMap((tag, i) => {
      const Value = sequences[i] ?? [];
      return Value.length === 0 ? [] : [[tag, { vr: 'SQ', Value }] as const];
    });
    return {
      streamed: {
        attributes,
        sequences: SEQUENCES.map((tag, i) => ({ tag, items: () => sequences[i] ?? [] })),
      },
      whole: { ...attributes, ...Object.fromEntries(filled) },
    };
  });

describe('a dataset in pieces', () => {
  test('has the text of the whole one in JSON', () => {
    fc.assert(
      fc.property(arbitraryPair, ({ streamed, whole }) => {
        expect([...jsonPieces(streamed)].join('')).toBe(serialiseDicomJson(whole));
      }),
    );
  });

  test('has the text of the whole one in XML, and is read as it was', () => {
    fc.assert(
      fc.property(arbitraryPair, ({ streamed, whole }) => {
        const text = [...nativeXmlPieces(streamed)].join('');
        expect(text).toBe(nativeXml(whole));
        expect(parseNativeXml(text)).toEqual(whole);
      }),
    );
  });
});

test('pieces are gathered to texts of a length, and made no sooner than they are asked for', () => {
  let made = 0;
  const pieces = function* () {
    for (; made < 10; made += 1) yield 'abc';
  };
  const texts = gathered(pieces(), 6);
  expect(texts.next().value).toBe('abcabc');
  expect(made).toBeLessThan(3);
  expect([...texts].join('')).toBe('abc'.repeat(8));
});
