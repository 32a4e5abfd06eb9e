import { ct, mpr, SAGITTAL, scout, vr } from '../scanners.ts';
import { exampleList, agent } from './example.ts';

const { examples, study } = exampleList();

const plain: [string, string, string, readonly [number, number]][] = [
  ['CT-01', '头颅CT平扫', 'CT HEAD WO CONTRAST', [-70, 80]],
  ['CT-16', '颈椎间盘CT平扫', 'CT C-SPINE', [-60, 60]],
  ['CT-17', '胸椎CT平扫', 'CT thoracic spine WO', [-150, 150]],
  ['CT-18', '腰椎间盘CT平扫', 'CT L-Spine', [-100, 100]],
  ['CT-20', '内听道CT平扫', 'CT IAC WO', [-25, 25]],
];
for (const [item, chinese, english, range] of plain) {
  study(item, 'PASS', [], 'plain helical scan, GE, Chinese order', chinese, [
    scout('ge'),
    ct('ge', 'Routine', { range, thickness: item === 'CT-20' ? 0.625 : 2.5 }),
  ]);
  study(item, 'PASS', [], 'plain scan, Siemens, English order', english, [
    scout('siemens'),
    ct('siemens', 'Spi 1.0 Br40', { range, thickness: 1 }),
  ]);
  study(item, 'FAIL', ['PRE'], 'only enhanced images of a plain exam', chinese, [
    scout('uih'),
    ct('uih', '增强', { range, agent }),
  ]);
  study(item, 'REVIEW', ['PRE'], 'the name says plain, the injection time says enhanced', chinese, [
    ct('philips', '平扫', { range, at: 60, more: { ContrastBolusStartTime: '100000' } }),
  ]);
}
study('CT-02', 'PASS', [], 'axial with coronal reformats', '副鼻窦CT平扫', [
  scout('uih'),
  ct('uih', '鼻窦 1.0', { thickness: 1, range: [-50, 50] }),
  mpr('uih', '冠状位MPR'),
]);
study('CT-02', 'PASS', [], 'GE reformats', 'CT SINUSES WO', [
  ct('ge', 'Sinus Helical', { thickness: 1.25, range: [-50, 50] }),
  mpr('ge', 'Coronal Reformat'),
]);
study('CT-02', 'FAIL', ['CORMPR'], 'only sagittal reformats', '鼻窦CT平扫', [
  ct('siemens', 'Sinus 1.0', { thickness: 1, range: [-50, 50] }),
  mpr('siemens', 'Sag MPR', SAGITTAL),
]);
study('CT-02', 'REVIEW', ['CORMPR'], 'secondary captures of unknown content', '鼻窦CT平扫', [
  ct('siemens', 'Sinus 1.0', { thickness: 1, range: [-50, 50] }),
  {
    attributes: {
      Modality: 'CT',
      SeriesDescription: 'Series 102',
      ImageType: ['DERIVED', 'SECONDARY'],
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    },
    images: [{}],
  },
]);
study('CT-05', 'PASS', [], 'thin axial, reformats of a lesion', '胸部CT平扫', [
  scout('siemens'),
  ct('siemens', 'Thorax 5.0 Br40', { range: [-150, 150] }),
  ct('siemens', 'Thorax 1.0 Bl57', { range: [-150, 150], thickness: 1 }),
  mpr('siemens', 'Lesion MPR cor'),
]);
study('CT-05', 'PASS', [], 'without reformats: conditional on a lesion', 'CHEST WO', [
  ct('ge', 'LUNG 1.25', { range: [-150, 150], thickness: 1.25 }),
]);
study('CT-05', 'FAIL', ['THIN'], 'thick slices only', '胸部CT平扫', [
  scout('philips'),
  ct('philips', 'Chest 5mm', { range: [-150, 150] }),
]);
study('CT-05', 'REVIEW', ['THIN'], 'no slice thickness recorded', '胸部CT平扫', [
  {
    ...ct('philips', 'Chest', { range: [-150, 150] }),
    attributes: Object.fromEntries(
      Object.entries(ct('philips', 'Chest').attributes).filter(([key]) => key !== 'SliceThickness'),
    ),
  },
]);
study('CT-21', 'PASS', [], 'volume rendering and reformats stored', '膝关节CT平扫+三维重建', [
  ct('uih', '膝 0.8', { thickness: 0.8, range: [-60, 60] }),
  mpr('uih', '冠状MPR'),
  vr('三维重建 VR'),
]);
study('CT-21', 'FAIL', ['R3D'], 'no volume rendering', 'CT ANKLE 3D', [
  ct('siemens', 'Ankle 0.75', { thickness: 0.75, range: [-60, 60] }),
  mpr('siemens', 'Ankle MPR cor'),
]);
study('CT-21', 'FAIL', ['MPR'], 'no reformats', '四肢CT平扫+三维', [
  ct('ge', 'Bone', { thickness: 0.625, range: [-60, 60] }),
  vr('VR'),
]);

/** CT without contrast. */
export const CT_PLAIN_EXAMPLES = examples;
