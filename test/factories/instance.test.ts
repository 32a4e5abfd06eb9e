import { Buffer } from 'node:buffer';

import { expect, test } from 'vitest';

import {
  overlongUid,
  sameDatasetOtherMeta,
  truncatedInstance,
  unknownTransferSyntax,
  withoutPreamble,
} from './broken.ts';
import { dcmjs } from './dcmjs.ts';
import { aCtStudy, anInstance } from './instance.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN } from './part10.ts';

function read(bytes: Uint8Array): Record<string, unknown> {
  const dict = dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer);
  return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict.dict);
}

test('the same seed makes the same bytes and another seed another study', () => {
  const one = aCtStudy({ seed: 'a' });
  const same = aCtStudy({ seed: 'a' });
  const other = aCtStudy({ seed: 'b' });
  expect(one.instances.map((i) => Buffer.from(i.bytes).toString('base64'))).toEqual(
    same.instances.map((i) => Buffer.from(i.bytes).toString('base64')),
  );
  expect(other.studyInstanceUid).not.toBe(one.studyInstanceUid);
});

test('a small study has distinct instances of one series that dcmjs reads back', () => {
  const study = aCtStudy({ slices: 5, rows: 32, columns: 48 });
  expect(new Set(study.instances.map((i) => i.sopInstanceUid)).size).toBe(5);
  expect(new Set(study.instances.map((i) => i.seriesInstanceUid)).size).toBe(1);
  const last = read(study.instances[4]!.bytes);
  expect(last).toMatchObject({
    Rows: 32,
    Columns: 48,
    InstanceNumber: 5,
    SOPInstanceUID: study.instances[4]!.sopInstanceUid,
  });
  expect((last['PixelData'] as ArrayBuffer[])[0]!.byteLength).toBe(32 * 48 * 2);
});

for (const characterSet of ['ISO_IR 192', 'GB18030']) {
  test(`Chinese text in ${characterSet} comes back as it went in, and is encoded as declared`, () => {
    const { bytes } = anInstance({
      SpecificCharacterSet: characterSet,
      PatientName: 'Zhang^San=张^三',
      RequestAttributesSequence: [{ RequestedProcedureDescription: '右膝关节磁共振平扫' }],
    });
    const raw = new TextDecoder(characterSet === 'GB18030' ? 'gb18030' : 'utf-8').decode(bytes);
    expect(raw).toContain('Zhang^San=张^三');
    expect(raw).toContain('右膝关节磁共振平扫');
    const dataset = read(bytes);
    expect(JSON.parse(JSON.stringify(dataset['PatientName']))).toEqual([
      { Alphabetic: 'Zhang^San', Ideographic: '张^三' },
    ]);
  });
}

test('writing GB18030 leaves later UTF-8 files alone', () => {
  anInstance({ SpecificCharacterSet: 'GB18030' });
  expect(new TextDecoder().decode(anInstance().bytes)).toContain('胸部CT平扫');
});

test('overrides replace and remove attributes, in either transfer syntax', () => {
  const { bytes } = anInstance(
    { PatientID: 'X1', StudyID: undefined, AccessionNumber: '' },
    { transferSyntaxUid: IMPLICIT_VR_LITTLE_ENDIAN },
  );
  const dataset = read(bytes);
  expect(dataset['PatientID']).toBe('X1');
  expect(dataset).not.toHaveProperty('StudyID');
  expect(dataset).toHaveProperty('AccessionNumber');
});

test('broken variants are broken in the way they say', () => {
  const cut = truncatedInstance();
  expect(cut.bytes.length).toBe(cut.from.bytes.length - 1000);
  expect(read(overlongUid().bytes)['SOPInstanceUID']).toHaveLength(65);
  expect(new TextDecoder('latin1').decode(unknownTransferSyntax().bytes)).toContain(
    '1.2.840.10008.1.2.4.999',
  );
  const bare = withoutPreamble();
  expect(new DataView(bare.bytes.buffer).getUint16(0, true)).toBe(0x0008);
  const [first, retry] = sameDatasetOtherMeta();
  expect(Buffer.from(first.bytes).equals(retry.bytes)).toBe(false);
  expect(Buffer.from(first.bytes.slice(-9000)).equals(retry.bytes.slice(-9000))).toBe(true);
});
