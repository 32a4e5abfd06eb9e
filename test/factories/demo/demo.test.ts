import { defaultCatalogue, evaluateStudy, summarizeStudy, type StudyConformance } from '@hutong/conformance';
import { number, numbers, personName, readPart10, TAG, text, type DicomJson } from '@hutong/dicom';
import { describe, expect, test } from 'vitest';

import { dcmjs } from '../dcmjs.ts';
import { toInstance } from '../instance.ts';
import { imageHeaders, instancesOf, sopInstanceUids } from '../study/study.ts';
import { demoStudies, type DemoStudy } from './index.ts';

const studies = demoStudies();

/** Header-only instances of a study as the gateway would read them; nothing is rendered. */
function read({ spec }: DemoStudy): DicomJson[] {
  return spec.series.flatMap((series) =>
    Array.from(
      { length: series.count },
      (_, index) => readPart10(toInstance(imageHeaders(spec, series, index)).bytes).dataset,
    ),
  );
}

const datasets = new Map(studies.map((study) => [study.key, read(study)]));

function judge(study: DemoStudy): StudyConformance {
  return evaluateStudy(summarizeStudy(datasets.get(study.key)!), defaultCatalogue(), { settled: true });
}

test('the demo has three hospitals, passing, failing and undecided studies, and a patient seen twice', () => {
  expect(new Set(studies.map(({ hospitalCode }) => hospitalCode)).size).toBe(3);
  expect(new Set(studies.map(({ expected }) => expected.verdict))).toEqual(
    new Set(['PASS', 'FAIL', 'REVIEW']),
  );
  expect(studies.some(({ expected }) => expected.verdict === 'PASS' && expected.label === null)).toBe(true);
  const seen = new Map<string, Set<string>>();
  for (const { patientName, hospitalCode } of studies)
    seen.set(patientName, (seen.get(patientName) ?? new Set()).add(hospitalCode));
  expect([...seen.values()].some((hospitals) => hospitals.size > 1)).toBe(true);
});

test('listing is deterministic, and another base date makes other studies', () => {
  const uids = (list: DemoStudy[]): string[] => list.flatMap(({ spec }) => sopInstanceUids(spec));
  expect(uids(demoStudies())).toEqual(uids(studies));
  const all = [...uids(studies), ...uids(demoStudies('20270101'))];
  expect(new Set(all).size).toBe(all.length);
});

describe.each(studies)('$key', (study) => {
  const instances = datasets.get(study.key)!;

  test('the engine judges it as expected', () => {
    const { results } = judge(study);
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set([study.expected.verdict]));
    if (study.expected.itemCode !== null)
      expect(results.map(({ itemCode }) => itemCode)).toEqual([study.expected.itemCode]);
    if (study.expected.verdict !== 'REVIEW') {
      const missing = results.flatMap(({ requirements }) =>
        requirements
          .filter(({ level, status }) => level === 'must' && status === 'NOT_SATISFIED')
          .map(({ id }) => id),
      );
      expect(missing).toEqual(study.expected.missing);
    }
  });

  test('slices of a stack are equally far apart along their normal, as the header says', () => {
    const stacks = new Map<string, { distance: number; spacing: number; thickness: number }[]>();
    for (const dataset of instances) {
      const orientation = numbers(dataset, TAG.ImageOrientationPatient);
      if (orientation.length === 0) continue;
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = orientation;
      expect(Math.hypot(a, b, c)).toBeCloseTo(1, 4);
      expect(Math.hypot(d, e, f)).toBeCloseTo(1, 4);
      expect(a * d + b * e + c * f).toBeCloseTo(0, 4);
      const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
      const position = numbers(dataset, TAG.ImagePositionPatient);
      const key = [
        text(dataset, TAG.SeriesInstanceUID),
        orientation.join(),
        text(dataset, '00180024'),
        text(dataset, '00431039'),
      ].join('|');
      const of = stacks.get(key) ?? [];
      stacks.set(key, of);
      of.push({
        distance: position.reduce((sum, value, axis) => sum + value * normal[axis]!, 0),
        spacing: number(dataset, TAG.SpacingBetweenSlices) ?? NaN,
        thickness: number(dataset, TAG.SliceThickness) ?? NaN,
      });
    }
    for (const slices of stacks.values()) {
      const places = [...new Set(slices.map(({ distance }) => Math.round(distance * 1000)))].sort(
        (x, y) => x - y,
      );
      for (let n = 1; n < places.length; n++)
        expect((places[n]! - places[n - 1]!) / 1000).toBeCloseTo(slices[0]!.spacing, 2);
    }
  });

  test('all of its images share study, patient and frame of reference, and say the names as written', () => {
    const values = (tag: string): Set<string> => new Set(instances.map((dataset) => text(dataset, tag)));
    expect(values(TAG.StudyInstanceUID)).toEqual(new Set([study.studyInstanceUid]));
    expect(values(TAG.PatientID).size).toBe(1);
    expect(values('00200052').size).toBe(1);
    expect(values(TAG.StudyDescription)).toEqual(new Set([study.spec.headers['StudyDescription']]));
    const name = personName(instances[0]!, TAG.PatientName);
    const written = (study.spec.headers['PatientName'] as string).split('=');
    expect(name.Alphabetic).toBe(written[0]);
    expect(name.Ideographic).toBe(written[1]);
  });
});

test('a rendered picture is the same every time, and dcmjs and our reader agree on its size', () => {
  const first = (): Uint8Array => {
    const { spec } = demoStudies().find(({ key }) => key === 'abdomen-1-phase')!;
    const [bytes] = instancesOf(spec)
      .take(1)
      .map((instance) => instance.bytes);
    return bytes!;
  };
  const bytes = first();
  expect(Buffer.from(bytes).equals(first())).toBe(true);
  const instance = readPart10(bytes);
  expect(instance.pixelData?.value.length).toBe(512 * 512 * 2);
  const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer);
  const pixels = new Int16Array((dict['7FE00010']!.Value as ArrayBuffer[])[0]!);
  expect(pixels.length).toBe(512 * 512);
  // air, fat, soft tissue and bone are all there
  for (const [low, high] of [
    [-1024, -900],
    [-140, -60],
    [20, 90],
    [400, 1500],
  ] as const) {
    expect(pixels.filter((value) => value - 1024 >= low && value - 1024 <= high).length).toBeGreaterThan(500);
  }
});
