import type { SeriesHeaders } from '../headers.ts';
import { ct, scout, vr, type Maker } from '../scanners.ts';
import { exampleList, agent, later } from './example.ts';

const { examples, study } = exampleList();

const both: [string, string, string][] = [
  ['CT-03', '鼻咽部CT平扫+增强', 'CT NASOPHARYNX WO+W'],
  ['CT-04', '颈部CT平扫+增强', 'CT NECK W WO CONTRAST'],
  ['CT-06', '胸部CT平扫+增强', 'CT CHEST WITHOUT AND WITH CONTRAST'],
  ['CT-08', '双肾CT平扫+增强', 'CT KIDNEYS WO+W'],
  ['CT-09', '盆腔CT平扫+增强', 'CT PELVIS WO+W'],
];
for (const [item, chinese, english] of both) {
  study(item, 'PASS', [], 'agent on the enhanced series only', chinese, [
    scout('siemens'),
    ct('siemens', 'Nat 5.0'),
    later('siemens', 'KM 5.0'),
  ]);
  study(item, 'PASS', [], 'words in the series names', english, [
    scout('ge'),
    ct('ge', 'C-'),
    ct('ge', 'C+', { at: 200, acquisition: 2 }),
  ]);
  study(item, 'PASS', [], 'repeated after a pause, as ordered', chinese, [
    ct('uih', '5mm'),
    ct('uih', '5mm', { at: 300, acquisition: 2 }),
  ]);
  study(item, 'FAIL', ['POST'], 'the enhanced part is missing', chinese, [ct('philips', '平扫 5mm')]);
  study(item, 'FAIL', ['PRE'], 'the plain part is missing', chinese, [ct('philips', '增强 5mm', { agent })]);
  study(
    item,
    'REVIEW',
    ['PRE', 'POST'],
    'an agent was registered on every series and nothing else tells',
    chinese,
    [
      ct('uih', 'A', { agent, range: [-100, 100] }),
      ct('uih', 'B', { agent, range: [100, 300], acquisition: 2, at: 20 }),
    ],
  );
}
study('CT-04', 'NOT_ELIGIBLE', [], 'a plain neck is named by the list as not recognised', '颈部CT平扫', [
  ct('siemens', 'Neck 3.0', { thickness: 3 }),
]);
const phases = (maker: Maker, names: string[], known: boolean): SeriesHeaders[] =>
  names.map((name, index) =>
    ct(maker, name, {
      at: [0, 240, 272, 400][index] ?? 0,
      acquisition: index + 1,
      ...(index > 0 && known ? { agent } : {}),
    }),
  );
study(
  'CT-07',
  'PASS',
  [],
  'phases by Chinese names',
  '上腹部CT平扫+增强（三期）',
  phases('uih', ['平扫', '动脉期', '门脉期', '延迟期'], false),
);
study(
  'CT-07',
  'PASS',
  [],
  'phases by time alone',
  'CT ABDOMEN TRIPHASIC',
  phases('ge', ['5mm', '5mm', '5mm', '5mm'], true),
);
study(
  'CT-07',
  'FAIL',
  ['PH3'],
  'a single enhanced phase',
  '上腹部CT平扫+增强（三期）',
  phases('siemens', ['Nat', 'Ven'], true),
);
study(
  'CT-07',
  'FAIL',
  ['PH3'],
  'two enhanced phases',
  'Tri Phase Liver',
  phases('siemens', ['Nat', 'Art', 'Ven'], true),
);
study(
  'CT-07',
  'REVIEW',
  ['PRE', 'PH3'],
  'four series, an agent on each, no times',
  '上腹部CT三期增强',
  ['A', 'B', 'C', 'D'].map((name, index) => {
    const series = ct('philips', name, { agent, acquisition: index + 1 });
    return {
      ...series,
      attributes: Object.fromEntries(
        Object.entries(series.attributes).filter(([key]) => key !== 'AcquisitionTime'),
      ),
    };
  }),
);

const angiographies: [string, string, string, readonly [number, number]][] = [
  ['CT-10', '头颈部CTA', 'CTA HEAD AND NECK', [-200, 150]],
  ['CT-11', '冠脉CTA', 'CCTA', [-70, 70]],
  ['CT-12', '肺动脉CTA', 'CTPA', [-140, 140]],
  ['CT-13', '胸腹主动脉CTA', 'CTA AORTA', [-300, 300]],
  ['CT-19', '双下肢动脉CTA', 'CTA runoff', [-500, 500]],
  ['CT-14', '左房肺静脉CTA', 'CTA LEFT ATRIUM', [-70, 70]],
];
for (const [item, chinese, english, range] of angiographies) {
  study(item, 'PASS', [], 'named CTA series after bolus tracking', chinese, [
    scout('siemens'),
    ct('siemens', 'Monitoring', { range: [0, 1], at: 100, more: {} }),
    later('siemens', `${english} CTA 1.0 Bv40`, { range, thickness: 1 }),
    vr('VR'),
  ]);
  study(item, 'PASS', [], 'arterial by injection time', english, [
    later('ge', 'Helical 0.625', {
      range,
      thickness: 0.625,
      at: 24,
      more: { ContrastBolusStartTime: '100000' },
    }),
  ]);
  study(item, 'FAIL', ['CTA'], 'slices too thick', chinese, [
    later('uih', 'CTA 5mm', { range, thickness: 5 }),
  ]);
  study(item, item === 'CT-14' ? 'FAIL' : 'FAIL', ['CTA'], 'only a plain scan', chinese, [
    ct('philips', '平扫', { range, thickness: 1 }),
  ]);
}
study('CT-12', 'REVIEW', ['CTA'], 'enhanced, but the phase cannot be told', '肺动脉CTA', [
  ct('philips', '平扫', { thickness: 1 }),
  later('philips', '1.0', { thickness: 1 }),
]);
study('CT-15', 'PASS', [], 'excretory phase named', '泌尿系CTU', [
  ct('siemens', '平扫', { range: [-200, 200] }),
  later('siemens', '排泄期', { range: [-200, 200], at: 900 }),
]);
study('CT-15', 'PASS', [], 'excretory by injection time', 'CT UROGRAM', [
  ct('ge', 'Pre', { range: [-200, 200] }),
  later('ge', 'Delay', { range: [-200, 200], at: 900, more: { ContrastBolusStartTime: '100300' } }),
]);
study('CT-15', 'FAIL', ['EXC'], 'no excretory phase', '泌尿系CTU', [
  ct('uih', '平扫', { range: [-200, 200] }),
  later('uih', '动脉期', { range: [-200, 200] }),
]);
study('CT-15', 'REVIEW', ['EXC'], 'a delayed series without a time', '泌尿系CTU', [
  ct('uih', '平扫', { range: [-200, 200] }),
  later('uih', '延迟期', { range: [-200, 200], at: 500 }),
]);

/** CT with contrast, and CT angiography. */
export const CT_ENHANCED_EXAMPLES = examples;
