import { expect, test } from 'vitest';
import type { SeriesFacts } from '@hutong/conformance';
import { zh } from '../i18n/zh.ts';
import { factWords, seriesName, sizeWords } from './facts.ts';

function series(over: Partial<SeriesFacts> = {}): SeriesFacts {
  return {
    seriesInstanceUid: '1.2.3' as SeriesFacts['seriesInstanceUid'],
    seriesNumber: 4,
    seriesDescription: 'T2 FS SAG',
    modality: 'MR',
    numberOfInstances: 20,
    weighting: 'T2',
    fatSat: 'yes',
    plane: 'sagittal',
    contrast: 'unknown',
    phase: null,
    bodyRegion: ['knee'],
    derived: null,
    laterality: null,
    view: null,
    bValues: [],
    thicknessMm: 3,
    coverageMm: 80.4,
    confidence: 0.95,
    because: [],
    ...over,
  };
}

test('an MR series reads as doctors say it', () => {
  expect(factWords(series(), zh)).toEqual(['T2WI', '压脂', '矢状位']);
});

test('a CT phase replaces pre or post contrast', () => {
  const ct = series({ modality: 'CT', weighting: null, fatSat: null, plane: 'axial', contrast: 'post' });
  expect(factWords({ ...ct, phase: 'portal-venous' }, zh)).toEqual(['横断位', '门静脉期']);
  expect(factWords({ ...ct, phase: 'unknown' }, zh)).toEqual(['横断位', '增强']);
});

test('a projection shows its view and side, not a plane', () => {
  const mammogram = series({ modality: 'MG', weighting: null, fatSat: null, view: 'CC', laterality: 'L' });
  expect(factWords(mammogram, zh)).toEqual(['CC', '左侧']);
});

test('what is the same in two facts is said once', () => {
  expect(factWords(series({ weighting: 'LOCALIZER', derived: 'SCOUT', fatSat: null }), zh)).toEqual([
    '定位像',
    '矢状位',
  ]);
});

test('b-values and sizes are written with their units', () => {
  expect(factWords(series({ weighting: 'DWI', bValues: [0, 1000], fatSat: null }), zh)).toContain('b=0,1000');
  expect(sizeWords(series(), zh)).toEqual(['20 幅', '层厚 3 mm', '范围 80 mm']);
});

test('a series without a description goes by its number', () => {
  expect(seriesName(series({ seriesDescription: '' }), zh)).toBe('序列 4');
  expect(seriesName(series({ seriesDescription: '', seriesNumber: null }), zh)).toBe('MR');
});
