import { parseNativeXml } from '@hutong/dicom';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryContent } from '../../../packages/dicom/src/arbitraryDatasets.ts';
import { nativeXml } from './nativeXml.ts';

test('what is written as a document of the Native DICOM Model is read as it was', () => {
  fc.assert(
    fc.property(arbitraryContent, (content) => {
      expect(parseNativeXml(nativeXml(content))).toEqual(content);
    }),
    { numRuns: 300 },
  );
});

test('line ends, markup and blanks in text survive', () => {
  const dataset = {
    '00204000': { vr: 'LT', Value: [' a\r\nb\rc\n\t<&>"\' ]]>\u0085\u2028d'] },
    '7FE00010': { vr: 'OW', BulkDataURI: '/bulk?a="1"&b=\'2\'' },
  };
  expect(parseNativeXml(nativeXml(dataset))).toEqual(dataset);
});
