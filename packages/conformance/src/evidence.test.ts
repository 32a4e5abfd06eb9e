import { expect, test } from 'vitest';
import { expand, type SeriesHeaders, type StudyHeaders } from '../catalogues/headers.ts';
import { ct, dwi, mpr, mr } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import { evidenceOf } from './evidence.ts';
import { summarizeStudy } from './summarize.ts';

function brain(): [SeriesHeaders, SeriesHeaders, SeriesHeaders, SeriesHeaders] {
  return [
    mr('siemens', 'T1', 't1_tse_tra'),
    mr('siemens', 'T2', 't2_tse_tra', { at: 60 }),
    mr('siemens', 'FLAIR', 't2_tirm_tra_dark-fluid', { at: 120 }),
    dwi('siemens', 'ep2d_diff_3scan_trace', 1000, { at: 180 }),
  ];
}

function evidence(
  series: readonly SeriesHeaders[],
  { reversed = false, settled = true }: { reversed?: boolean; settled?: boolean } = {},
): string {
  const study: StudyHeaders = {
    common: { StudyDate: '20240603', StudyDescription: '颅脑MRI平扫' },
    series: [...series],
  };
  const instances = expand(study);
  const result = evaluateStudy(
    summarizeStudy(reversed ? instances.toReversed() : instances),
    defaultCatalogue(),
    { settled },
  );
  return evidenceOf(result.results[0]!, result.series);
}

test('the order in which instances arrive does not change the evidence', () => {
  expect(evidence(brain(), { reversed: true })).toBe(evidence(brain()));
});

test('whether the study may still grow changes the sentences and not the evidence', () => {
  const partial = brain().slice(0, 3);
  expect(evidence(partial, { settled: false })).toBe(evidence(partial));
});

test('another name of a series that is understood alike does not change the evidence', () => {
  const [t1, t2, flair, diffusion] = brain();
  const renamed = {
    ...t2,
    attributes: { ...t2.attributes, SeriesDescription: 'T2W axial', ProtocolName: 'T2W axial' },
  };
  expect(evidence([t1, renamed, flair, diffusion])).toBe(evidence(brain()));
});

test('a reconstruction beside complete evidence does not change it', () => {
  expect(evidence([...brain(), mpr('siemens', 'MPR')])).toBe(evidence(brain()));
});

test('a missing requirement rests on all that was acquired, so that a new acquisition changes the evidence', () => {
  const partial = brain().slice(0, 3);
  const more = mr('siemens', 'T1', 't1_tse_sag', { at: 400 });
  expect(evidence([...partial, more])).not.toBe(evidence(partial));
});

test('b-values, slices and a series that is gone change the evidence', () => {
  const [t1, t2, flair, diffusion] = brain();
  const before = evidence(brain());
  const others = [
    [t1, t2, flair, dwi('siemens', 'ep2d_diff_3scan_trace', 800, { at: 180 })],
    [t1, mr('siemens', 'T2', 't2_tse_tra', { at: 60, slices: 18 }), flair, diffusion],
    [t1, t2, flair],
  ];
  for (const series of others) expect(evidence(series)).not.toBe(before);
});

test('the text holds no sentence, series name or version', () => {
  const study = {
    common: { StudyDate: '20240603', StudyDescription: '胸部CT平扫' },
    series: [ct('ge', 'Lung 肺窗')],
  };
  const result = evaluateStudy(summarizeStudy(expand(study)), defaultCatalogue(), { settled: true });
  const text = evidenceOf(result.results[0]!, result.series);
  expect(text).not.toMatch(/\p{Script=Han}|Lung/u);
  expect(text).toContain('requirement THIN must NOT_SATISFIED');
  expect(text).not.toContain(result.catalogue.version);
});
