import { readPart10, transferSyntax, TRANSFER_SYNTAXES } from '@hutong/dicom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ATTRIBUTE_REGISTRY } from '../../dicom/src/attributes.generated.ts';
import { element, item, marker } from '../../dicom/src/testObjects.ts';
import { hasTestFiles, realFiles } from '../../dicom/src/testFiles.ts';
import { part10Head } from '../../dicom/src/index.ts';
import { encodeGb18030 } from '../../../test/factories/index.ts';
import { deidentifyPart10 } from './deidentifyPart10.ts';
import type { ProfileOptions } from './options.ts';
import { aDeidentifier, SUBJECT } from './testDatasets.ts';

/** A patient, with words that no attribute holds otherwise. */
interface Person {
  family: string;
  given: string;
  han: string;
  id: string;
  accession: string;
  hospital: string;
  uid: string;
}

const letters = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('abdghjkqxyz')), minLength: min, maxLength: max });
const aPerson: fc.Arbitrary<Person> = fc.record({
  family: letters(4, 8).map((name) => `Xq${name}`),
  given: letters(4, 8).map((name) => `Zj${name}`),
  han: fc.constantFrom('张伟民', '欧阳娜娜', '赵铁柱', '李小红'),
  id: fc.integer({ min: 100_000, max: 99_999_999 }).map((number) => `PX${number}`),
  accession: fc.integer({ min: 100_000, max: 99_999_999 }).map((number) => `AZ${number}`),
  hospital: fc.constantFrom('龙南市人民医院', 'Xqzj Hospital', '赣州妇幼保健院'),
  uid: fc.integer({ min: 1, max: 1e9 }).map((number) => `1.2.276.0.777.${number}.1`),
});
const DATE = '19870423';

/** Ways in which somebody writes who the patient is. */
const SAYS: readonly ((person: Person) => string)[] = [
  ({ family, given }) => `${family} ${given}`,
  ({ family, given }) => `chest ${given}${family}`.toUpperCase(),
  ({ family, given }) => `${given}, ${family}; T1`,
  ({ family }) => `for${family}only`,
  ({ han }) => han,
  ({ han }) => Array.from(han).join(' '),
  ({ han }) => `患者${han}胸部平扫`,
  ({ id }) => id.toLowerCase(),
  ({ id, accession }) => `${id}/${accession}`,
  ({ hospital }) => `${hospital} CT`,
  ({ uid }) => uid,
  () => `seen ${DATE}`,
  () => '11010519491231002X',
];

const TEXTS = /^([0-9A-F]{4}[0-9A-F]{4}) (AE|CS|LO|LT|SH|ST|UC|UR|UT|PN|UI|DA|DT) /;
const tags = ATTRIBUTE_REGISTRY.trim()
  .split('\n')
  .flatMap((line) => {
    const [, tag = '', vr = ''] = TEXTS.exec(line) ?? [];
    return tag === '' || /^000[0-6]|^00080005|^0008001[68]|^0020000[DE]|^7FE0/.test(tag) ? [] : [{ tag, vr }];
  });

interface Told {
  tag: string;
  vr: string;
  says: number;
  depth: number;
}
const told: fc.Arbitrary<Told> = fc.record({
  tag: fc.nat(tags.length - 1).map((index) => tags[index]?.tag ?? ''),
  vr: fc.constant(''),
  says: fc.nat(SAYS.length - 1),
  depth: fc.nat(3),
});
const vrOf = new Map(tags.map(({ tag, vr }) => [tag, vr]));

type Encode = (text: string) => Buffer;
const REPERTOIRES: Record<string, { declared: string; encode: Encode }> = {
  utf8: { declared: 'ISO_IR 192', encode: (text) => Buffer.from(text, 'utf8') },
  gb18030: { declared: 'GB18030', encode: (text) => Buffer.from(encodeGb18030(text)) },
  iso2022: {
    declared: '\\ISO 2022 IR 58',
    encode: (text) =>
      /\p{Script=Han}/u.test(text)
        ? Buffer.concat([Buffer.from('\x1b$)A', 'latin1'), Buffer.from(encodeGb18030(text))])
        : Buffer.from(text, 'latin1'),
  },
};

function anObject(person: Person, all: readonly Told[], { declared, encode }: (typeof REPERTOIRES)[string]) {
  const own: Record<string, Buffer> = {};
  const put = (tag: string, vr: string, text: string, bytes: Uint8Array = encode(text)): void => {
    own[tag] = element(tag, vr, bytes);
  };
  const valueOf = (vr: string, says: number): string => {
    if (vr === 'DA') return DATE;
    if (vr === 'DT') return `${DATE}101010`;
    if (vr === 'UI') return person.uid;
    return (SAYS[says] ?? SAYS[0])?.(person) ?? '';
  };
  for (const { tag, says, depth } of all) {
    const vr = vrOf.get(tag) ?? 'LO';
    let bytes = element(tag, vr, encode(valueOf(vr, says)));
    if (depth === 0) own[tag] = bytes;
    else {
      for (let level = 0; level < depth; level += 1)
        bytes = element(level % 2 === 0 ? '00082228' : '00089215', 'SQ', Buffer.concat([item(bytes)]));
      const place = depth % 2 === 1 ? '00082228' : '00089215';
      own[place] = bytes;
    }
  }
  put('00080005', 'CS', declared);
  put('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2');
  put('00080018', 'UI', `${person.uid}.9`);
  put('00080020', 'DA', DATE);
  put('00080050', 'SH', person.accession);
  put('00080080', 'LO', person.hospital);
  put('00100010', 'PN', '', Buffer.concat([encode(`${person.family}^${person.given}=`), encode(person.han)]));
  put('00100020', 'LO', person.id);
  put('0020000D', 'UI', `${person.uid}.7`);
  put('0020000E', 'UI', `${person.uid}.8`);
  put('00290010', 'LO', person.family);
  own['00291001'] = element('00291001', 'UN', encode(person.han));
  const dataset = Buffer.concat(
    Object.keys(own)
      .sort()
      .map((tag) => own[tag] ?? Buffer.alloc(0)),
  );
  const prefix = part10Head({
    transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: `${person.uid}.9`,
    sourceApplicationEntityTitle: person.id.slice(0, 16),
  });
  prefix.write(person.family, 0, 'latin1');
  return Buffer.concat([prefix, dataset]);
}

function secretsOf(person: Person): string[] {
  const { family, given, han, id, accession, hospital, uid } = person;
  const spaced = Array.from(han).join(' ');
  return [family, given, han, spaced, id, accession, hospital, uid, DATE, '11010519491231002X'];
}

const OPTIONS: Record<string, Partial<ProfileOptions>> = {
  default: {},
  'dates removed': { dates: 'remove', cleanDescriptors: false },
  'much retained': {
    cleanStructuredContent: true,
    cleanGraphics: true,
    retainPatientCharacteristics: true,
    retainSafePrivate: true,
    keepWeekday: true,
  },
};

describe.each(Object.entries(REPERTOIRES))('in %s', (_, repertoire) => {
  test.each(Object.entries(OPTIONS))(
    'nothing of the patient survives, wherever it stood: %s',
    (_name, options) => {
      fc.assert(
        fc.property(aPerson, fc.array(told, { maxLength: 12 }), (person, all) => {
          const head = anObject(person, all, repertoire);
          const { bytes } = deidentifyPart10(
            {
              head,
              transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
              pixelDataFollows: false,
            },
            aDeidentifier(options),
            SUBJECT,
          );
          const written = bytes.toString('utf8').toLowerCase();
          for (const secret of secretsOf(person)) {
            expect(written.includes(secret.toLowerCase())).toBe(false);
            expect(bytes.includes(Buffer.from(encodeGb18030(secret)))).toBe(false);
          }
          expect(readPart10(bytes).dataset['00120062']?.Value).toEqual(['YES']);
        }),
        { numRuns: 150 },
      );
    },
  );
});

test('a sequence that ends with delimiters is cleaned as others', () => {
  const person: Person = fc.sample(aPerson, { numRuns: 1, seed: 1 })[0] as Person;
  const inner = Buffer.concat([
    marker('FFFEE000', 0xffffffff),
    element('00104000', 'LT', Buffer.from(person.han)),
    marker('FFFEE00D'),
    marker('FFFEE0DD'),
  ]);
  const sequence = element('00082228', 'SQ', inner, { length: 0xffffffff });
  const plain = anObject(person, [], REPERTOIRES['utf8'] as (typeof REPERTOIRES)[string]);
  const at = plain.indexOf(Buffer.from('1000100010', 'hex').subarray(0, 4));
  const head = Buffer.concat([plain.subarray(0, at), sequence, plain.subarray(at)]);
  const { bytes } = deidentifyPart10(
    { head, transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid, pixelDataFollows: false },
    aDeidentifier(),
    SUBJECT,
  );
  expect(bytes.includes(Buffer.from(person.han))).toBe(false);
});

describe.skipIf(!hasTestFiles)('real files (../shared/dicom or HUTONG_TEST_DICOM)', () => {
  test(
    'are readable afterwards, with the same pixels and without the names and numbers they had',
    { timeout: 120_000 },
    () => {
      const deidentifier = aDeidentifier();
      const failures: string[] = [];
      let seen = 0;
      for (const { path, bytes: original } of realFiles()) {
        const read = readable(original);
        if (read === null || deidentifier.leftOut(read.identity.sopClassUid) !== null) continue;
        if (transferSyntax(read.transferSyntaxUid)?.deflated === true) continue;
        seen += 1;
        const pixels = read.pixelData?.value;
        const { bytes } = deidentifyPart10(
          {
            head: pixels === undefined ? original : original.subarray(0, pixels.offset),
            transferSyntaxUid: read.transferSyntaxUid,
            pixelDataFollows: pixels !== undefined,
          },
          deidentifier,
          SUBJECT,
        );
        const value =
          pixels === undefined
            ? Buffer.alloc(0)
            : original.subarray(pixels.offset, pixels.offset + pixels.length);
        const again = readPart10(Buffer.concat([bytes, value]));
        const written = bytes.toString('utf8').toLowerCase();
        const secrets = ['00100020', '00080050', '0020000D', '0020000E', '00080018'].flatMap((tag) =>
          (read.dataset[tag]?.Value ?? []).map(String),
        );
        const left = secrets.filter((secret) => secret.length >= 8 && written.includes(secret.toLowerCase()));
        if (left.length > 0) failures.push(`${path}: ${left.length}`);
        if (again.pixelData?.value.length !== pixels?.length) failures.push(`${path}: pixels`);
      }
      expect(seen).toBeGreaterThan(100);
      expect(failures).toEqual([]);
    },
  );
});

function readable(bytes: Buffer) {
  try {
    return readPart10(bytes);
  } catch {
    return null;
  }
}
