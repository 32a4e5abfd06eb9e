import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { DicomJson, DicomJsonAttribute, PersonName } from './types.ts';

const ascii = fc.constantFrom(...Array.from('ABCxyz019 .,;:+-_*?/()%$#@!'));
const beyond = fc.constantFrom(...Array.from('张三李四醫院äÉßЖΩ한글カ€𠮷'));
const inner = fc.oneof({ weight: 6, arbitrary: ascii }, { weight: 1, arbitrary: beyond });

/** Text as a reader gives it: without padding at its ends. */
function trimmed(unit: fc.Arbitrary<string>, maxLength = 20): fc.Arbitrary<string> {
  return fc
    .string({ unit, minLength: 1, maxLength })
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

const word = trimmed(inner);
const plain = trimmed(ascii, 16);

const personName: fc.Arbitrary<PersonName> = fc
  .record({ Alphabetic: word, Ideographic: word, Phonetic: word }, { requiredKeys: [] })
  .filter((name) => Object.keys(name).length > 0);

/** Values of one attribute; of a list, some may be empty. */
function several<T>(one: fc.Arbitrary<T>): fc.Arbitrary<unknown[]> {
  return fc
    .array(fc.oneof({ weight: 9, arbitrary: one }, { weight: 1, arbitrary: fc.constant(null) }), {
      minLength: 1,
      maxLength: 4,
    })
    .filter((values) => values.length > 1 || values[0] !== null);
}

function numbers(one: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> {
  return fc.array(one, { minLength: 1, maxLength: 4 });
}

const float = (value: number): number | string =>
  Number.isNaN(value)
    ? 'NaN'
    : value === Infinity
      ? 'inf'
      : value === -Infinity
        ? '-inf'
        : value === 0
          ? 0
          : value;
const long = (value: bigint): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
const hex8 = fc
  .integer({ min: 0, max: 0xffffffff })
  .map((tag) => tag.toString(16).toUpperCase().padStart(8, '0'));

const valuesByVr: Record<string, fc.Arbitrary<unknown[]>> = {
  AE: several(plain),
  AS: several(fc.constantFrom('042Y', '003M')),
  AT: numbers(hex8),
  CS: several(plain),
  DA: several(fc.constantFrom('20260131', '19991231')),
  DS: several(
    fc.oneof(
      fc.integer(),
      fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 1000),
    ),
  ),
  DT: several(fc.constantFrom('20260131120000.5+0800', '2026')),
  FD: numbers(fc.double().map(float)),
  FL: numbers(fc.float().map(float)),
  IS: several(fc.integer()),
  LO: several(word),
  LT: word.map((value) => [value]),
  PN: several(personName),
  SH: several(word),
  SL: numbers(fc.integer({ min: -0x80000000, max: 0x7fffffff })),
  SS: numbers(fc.integer({ min: -0x8000, max: 0x7fff })),
  ST: word.map((value) => [`${value}\\${value}`]),
  SV: numbers(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(long)),
  TM: several(fc.constantFrom('1200', '235959.999999')),
  UC: several(word),
  UI: several(fc.constantFrom('1.2.3', '2.25.1234567')),
  UL: numbers(fc.integer({ min: 0, max: 0xffffffff })),
  UR: fc.constant(['https://example.org/a?b=c']),
  US: numbers(fc.integer({ min: 0, max: 0xffff })),
  UT: word.map((value) => [value]),
  UV: numbers(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(long)),
};

const unitsOfBinary: Record<string, number> = { OB: 2, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2 };

/** Tags that no rule of the reader treats in a way of their own; private ones have no creator that is known. */
const tags = fc
  .tuple(
    fc.constantFrom(0x0008, 0x0010, 0x0018, 0x0028, 0x0040, 0x4321, 0x6002),
    fc.integer({ min: 0x2000, max: 0x2fff }),
  )
  .map(([group, element]) => ((group << 16) | element).toString(16).toUpperCase().padStart(8, '0'));

function attributes(depth: number): fc.Arbitrary<DicomJsonAttribute> {
  const values = Object.entries(valuesByVr).map(([vr, Value]) => fc.record({ vr: fc.constant(vr), Value }));
  const binary = Object.entries(unitsOfBinary).map(([vr, unit]) =>
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 6 }).map((bytes) => ({
      vr,
      InlineBinary: Buffer.concat(bytes.map((byte) => Buffer.alloc(unit, byte))).toString('base64'),
    })),
  );
  const empty = fc
    .constantFrom(...Object.keys(valuesByVr), ...Object.keys(unitsOfBinary), 'SQ')
    .map((vr) => ({ vr }));
  const leaf: fc.Arbitrary<DicomJsonAttribute> = fc.oneof(...values, ...binary, empty);
  if (depth === 0) return leaf;
  const sequence = fc.record({
    vr: fc.constant('SQ'),
    Value: fc.array(content(depth - 1), { minLength: 1, maxLength: 3 }),
  });
  return fc.oneof({ weight: 6, arbitrary: leaf }, { weight: 1, arbitrary: sequence });
}

function content(depth: number): fc.Arbitrary<DicomJson> {
  const block = fc.record({
    creator: plain,
    values: fc.dictionary(
      fc.integer({ min: 16, max: 255 }).map((element) => element.toString(16).toUpperCase()),
      attributes(0),
      {
        maxKeys: 3,
      },
    ),
  });
  return fc
    .tuple(fc.dictionary(tags, attributes(depth), { maxKeys: 8 }), fc.option(block))
    .map(([some, own]) => {
      const dataset: DicomJson = { ...some };
      if (own !== null) {
        dataset['43210010'] = { vr: 'LO', Value: [own.creator] };
        for (const [element, attribute] of Object.entries(own.values))
          dataset[`432110${element}`] = attribute;
      }
      return Object.fromEntries(Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1)));
    });
}

/** Datasets in the DICOM JSON Model of every VR, nested, with private attributes; without an identity. */
export const arbitraryContent: fc.Arbitrary<DicomJson> = content(2);
