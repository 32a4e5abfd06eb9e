import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { DatasetError } from './datasetError.ts';
import { parseNativeXml } from './parseNativeXml.ts';

const NAMESPACE = 'xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM"';

function model(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel ${NAMESPACE}>${content}</NativeDicomModel>`;
}

test('a document is read with names, sequences, numbers and bulk data', () => {
  const dataset = parseNativeXml(
    model(`
      <DicomAttribute tag="00080005" vr="CS" keyword="SpecificCharacterSet"><Value number="1">ISO_IR 192</Value></DicomAttribute>
      <DicomAttribute tag="00081110" vr="SQ">
        <Item number="1">
          <DicomAttribute tag="00081150" vr="UI"><Value number="1">1.2</Value></DicomAttribute>
        </Item>
        <Item number="2"/>
      </DicomAttribute>
      <DicomAttribute tag="00100010" vr="PN">
        <PersonName number="1">
          <Alphabetic><FamilyName>Wang</FamilyName><GivenName>Xiao&#x20;Dong</GivenName></Alphabetic>
          <Ideographic><FamilyName>王</FamilyName><NameSuffix>博士</NameSuffix></Ideographic>
        </PersonName>
      </DicomAttribute>
      <DicomAttribute tag="00280010" vr="US"><Value number="1">512</Value></DicomAttribute>
      <DicomAttribute tag="00204000" vr="LT"><Value number="1"><![CDATA[ a < b ]]></Value></DicomAttribute>
      <DicomAttribute tag="0020000e" vr="UI"/>
      <DicomAttribute tag="00420011" vr="OB"><InlineBinary>
        AQ
        I=</InlineBinary></DicomAttribute>
      <DicomAttribute tag="7FE00010" vr="OW"><BulkData uri="https://a/b?c=d&amp;e"/></DicomAttribute>`),
  );
  expect(dataset).toEqual({
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '00081110': { vr: 'SQ', Value: [{ '00081150': { vr: 'UI', Value: ['1.2'] } }, {}] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Wang^Xiao Dong', Ideographic: '王^^^^博士' }] },
    '0020000E': { vr: 'UI' },
    '00204000': { vr: 'LT', Value: [' a < b'] },
    '00280010': { vr: 'US', Value: [512] },
    '00420011': { vr: 'OB', InlineBinary: 'AQI=' },
    '7FE00010': { vr: 'OW', BulkDataURI: 'https://a/b?c=d&e' },
  });
});

test('private attributes come into the block of their creator, or into a free one', () => {
  const dataset = parseNativeXml(
    model(`
      <DicomAttribute tag="00090010" vr="LO"><Value number="1">TAKEN</Value></DicomAttribute>
      <DicomAttribute tag="00090012" vr="LO"><Value number="1">NAMED</Value></DicomAttribute>
      <DicomAttribute tag="00090001" vr="SH" privateCreator="NAMED"><Value number="1">A</Value></DicomAttribute>
      <DicomAttribute tag="00090001" vr="SH" privateCreator="NEW"><Value number="1">B</Value></DicomAttribute>
      <DicomAttribute tag="00090002" vr="SH" privateCreator="NEW"/>`),
  );
  expect(dataset).toEqual({
    '00090010': { vr: 'LO', Value: ['TAKEN'] },
    '00090011': { vr: 'LO', Value: ['NEW'] },
    '00090012': { vr: 'LO', Value: ['NAMED'] },
    '00091101': { vr: 'SH', Value: ['B'] },
    '00091102': { vr: 'SH' },
    '00091201': { vr: 'SH', Value: ['A'] },
  });
});

test('values that are left out are empty ones', () => {
  const xml = model(
    '<DicomAttribute tag="00080008" vr="CS"><Value number="3">AXIAL</Value></DicomAttribute>',
  );
  expect(parseNativeXml(xml)['00080008']?.Value).toEqual([null, null, 'AXIAL']);
});

test('the encoding is the one that the document declares', () => {
  const latin1 =
    '<?xml version="1.0" encoding="ISO-8859-1"?><NativeDicomModel><DicomAttribute tag="00100020" vr="LO"><Value number="1">\u00e9</Value></DicomAttribute></NativeDicomModel>';
  expect(parseNativeXml(Buffer.from(latin1, 'latin1'))['00100020']?.Value).toEqual(['é']);
  const utf16 = Buffer.from(
    `\ufeff${model('<DicomAttribute tag="00100020" vr="LO"/>')}`.replace('UTF-8', 'UTF-16'),
    'utf16le',
  );
  expect(parseNativeXml(utf16)).toEqual({ '00100020': { vr: 'LO' } });
});

const uid = '<DicomAttribute tag="00080018" vr="UI">';

test.each([
  ['nothing', '', '', 'MALFORMED'],
  ['another document', '<html/>', '', 'MALFORMED'],
  ['an element of another namespace', model('<x:a xmlns:x="urn:a"/>'), '', 'MALFORMED'],
  ['XML that is cut', model('').slice(0, -5), '', 'MALFORMED'],
  ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${model('').slice(39)}`, '', 'MALFORMED'],
  [
    'an unknown entity',
    model(`${uid}<Value number="1">&b;</Value></DicomAttribute>`),
    '00080018',
    'MALFORMED',
  ],
  ['a tag that is none', model('<DicomAttribute tag="8" vr="UI"/>'), '', 'MALFORMED'],
  ['a VR that is none', model('<DicomAttribute tag="00091001" vr="XX"/>'), '00091001', 'MALFORMED'],
  ['an attribute twice', model(`${uid}</DicomAttribute>${uid}</DicomAttribute>`), '00080018', 'MALFORMED'],
  ['an item in text', model(`${uid}<Item number="1"/></DicomAttribute>`), '00080018', 'MALFORMED'],
  ['text between elements', model(`${uid}A</DicomAttribute>`), '00080018', 'MALFORMED'],
  ['a number that steps back', model(`${uid}<Value number="0"/></DicomAttribute>`), '00080018', 'MALFORMED'],
  [
    'a value that its VR cannot hold',
    model(
      '<DicomAttribute tag="00081110" vr="SQ"><Item number="1"><DicomAttribute tag="00280010" vr="US"><Value number="1">x</Value></DicomAttribute></Item></DicomAttribute>',
    ),
    '00081110/0/00280010',
    'INVALID_VALUE',
  ],
  ['values without end', model(`${uid}<Value number="9999999"/></DicomAttribute>`), '00080018', 'TOO_LARGE'],
  [
    'nesting without end',
    model('<DicomAttribute tag="00081110" vr="SQ"><Item number="1">'.repeat(40)),
    Array.from({ length: 33 }, () => '00081110/0').join('/'),
    'TOO_LARGE',
  ],
])('%s is refused with its path', (_what, xml, path, code) => {
  expect(() => parseNativeXml(xml)).toThrow(expect.objectContaining({ path, code }) as DatasetError);
});
