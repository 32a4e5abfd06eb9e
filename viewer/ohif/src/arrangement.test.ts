import { expect, test } from 'vitest';
import { arrange, planeOf, seriesInAddress } from './arrangement.ts';
import type { DisplaySet, Instance } from './host/types.ts';

const orientation = {
  axial: [1, 0, 0, 0, 1, 0],
  sagittal: [0, 1, 0, 0, 0, -1],
  coronal: [1, 0, 0, 0, 0, -1],
};

function series(
  Modality: string,
  SeriesDescription: string,
  over: { frames?: number; plane?: keyof typeof orientation; instance?: Instance } = {},
): DisplaySet {
  const { frames = 30, plane = 'axial', instance = {} } = over;
  return {
    displaySetInstanceUID: `shown ${SeriesDescription}`,
    StudyInstanceUID: '1.2',
    SeriesInstanceUID: `uid ${SeriesDescription}`,
    SeriesDescription,
    Modality,
    numImageFrames: frames,
    instances: [{ ImageOrientationPatient: orientation[plane], ...instance }],
  };
}

const firstOf = (displaySets: DisplaySet[], named?: string) => {
  const { panes, order } = arrange(displaySets, named);
  return order.slice(0, panes).map((one) => one.SeriesDescription);
};

test('the lung kernel of a chest CT hangs beside the mediastinum', () => {
  const chest = [
    series('CT', 'Topogram', { frames: 1 }),
    series('CT', '胸部 7.0mm 纵隔窗', { frames: 34 }),
    series('CT', '胸部 1.5mm 肺窗', { frames: 156 }),
    series('CT', '胸部 MPR 冠状位', { frames: 40, plane: 'coronal' }),
  ];
  expect(firstOf(chest)).toEqual(['胸部 1.5mm 肺窗', '胸部 7.0mm 纵隔窗']);
});

test('kernels are told apart by name where the description is silent; outside the chest the soft one leads', () => {
  const head = [
    series('CT', 'Head 5mm', { instance: { ConvolutionKernel: 'Hr68s' } }),
    series('CT', 'Head 5mm 2', { instance: { ConvolutionKernel: 'Hr36s' } }),
  ];
  expect(firstOf(head)).toEqual(['Head 5mm 2', 'Head 5mm']);
});

test('contrast phases hang in the order of time', () => {
  const phases = ['延迟期', '门脉期', '动脉期', '平扫'].map((name) => series('CT', `${name} 6mm`));
  expect(firstOf(phases)).toEqual(['平扫 6mm', '动脉期 6mm', '门脉期 6mm', '延迟期 6mm']);
  expect(firstOf(phases.slice(2))).toEqual(['平扫 6mm', '动脉期 6mm']);
});

test('a CT with one reading series shows it alone, whatever was made from it', () => {
  expect(firstOf([series('CT', '冠脉 VR', { frames: 6 }), series('CT', 'CTA 1.0mm')])).toEqual(['CTA 1.0mm']);
});

test('a plain brain MR shows T1, T2, FLAIR and DWI', () => {
  const brain = [
    series('MR', 'localizer', { frames: 3 }),
    series('MR', 't1_se_sag', { plane: 'sagittal' }),
    series('MR', 't2_tse_tra'),
    series('MR', 't1_se_tra'),
    series('MR', 't2_tirm_tra_dark-fluid'),
    series('MR', 'ep2d_diff_trace_TRACEW'),
    series('MR', 'ep2d_diff_ADC'),
  ];
  expect(firstOf(brain)).toEqual([
    't1_se_tra',
    't2_tse_tra',
    't2_tirm_tra_dark-fluid',
    'ep2d_diff_trace_TRACEW',
  ]);
});

test('an enhanced brain MR shows T1 before and after contrast', () => {
  const names = ['Ax T2 FSE', 'Ax T1 FLAIR', 'Ax T2 FLAIR', 'Ax DWI 1000b', 'Ax T1 +C'];
  expect(firstOf(names.map((name) => series('MR', name)))).toEqual([
    'Ax T2 FLAIR',
    'Ax DWI 1000b',
    'Ax T1 FLAIR',
    'Ax T1 +C',
  ]);
});

test('a joint shows fluid in three planes and T1', () => {
  const knee = [
    series('MR', 't1_fse_cor', { plane: 'coronal' }),
    series('MR', 't2_fse_sag', { plane: 'sagittal' }),
    series('MR', 'pd_fse_fs_sag', { plane: 'sagittal' }),
    series('MR', 'pd_fse_fs_cor', { plane: 'coronal' }),
    series('MR', 'pd_fse_fs_tra'),
  ];
  expect(firstOf(knee)).toEqual(['pd_fse_fs_sag', 'pd_fse_fs_cor', 'pd_fse_fs_tra', 't1_fse_cor']);
});

test('the frontal view of a radiograph hangs before the lateral one', () => {
  const chest = [
    series('DX', 'Chest 1', { frames: 1, instance: { ViewPosition: 'LL' } }),
    series('DX', 'Chest 2', { frames: 1, instance: { ViewPosition: 'PA' } }),
  ];
  expect(firstOf(chest)).toEqual(['Chest 2', 'Chest 1']);
});

test('the series the address names comes first', () => {
  const brain = ['t1', 't2', 'flair', 'dwi', 'survey'].map((name) => series('MR', name));
  expect(firstOf(brain, 'uid survey')[0]).toBe('survey');
  expect(seriesInAddress('?StudyInstanceUIDs=1.2&InitialSeriesInstanceUid=1.3')).toBe('1.3');
  expect(seriesInAddress('?StudyInstanceUIDs=1.2')).toBeUndefined();
});

test('the plane follows the larger component of the normal, and nothing where none is recorded', () => {
  const tilted = { ImageOrientationPatient: [1, 0, 0, 0, 0.9, -0.4] };
  expect(planeOf(series('MR', 'tilted', { instance: tilted }))).toBe('axial');
  expect(planeOf(series('MR', 'sag', { plane: 'sagittal' }))).toBe('sagittal');
  expect(planeOf(series('DX', 'x', { instance: { ImageOrientationPatient: undefined } }))).toBe('');
});

test('a study without pictures asks for one empty pane', () => {
  expect(arrange([series('SR', 'report', { frames: 0 })])).toEqual({ panes: 1, order: [] });
});
