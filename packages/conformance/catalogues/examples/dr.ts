import { mammogram, radiograph } from '../scanners.ts';
import { exampleList } from './example.ts';

const { examples, study } = exampleList();

const radiographs: [string, string, string, string][] = [
  ['DR-01', '胸部正侧位片', 'PA', 'XR CHEST 2 VIEWS'],
  ['DR-02', '左胫腓骨正侧位', 'AP', 'XR tib-fib'],
  ['DR-03', '右膝关节正侧位', 'AP', 'XR Knee AP/LAT'],
  ['DR-04', '腰椎正侧位', 'AP', 'XR Lumbar spine'],
  ['DR-05', '骨盆正位', 'AP', 'XR PELVIS AP'],
];
for (const [item, exam, view, english] of radiographs) {
  study(item, 'PASS', [], 'flat-panel radiographs for presentation', exam, [
    radiograph(exam, { ViewPosition: view }),
    radiograph(exam, { ViewPosition: 'LL' }),
  ]);
  study(item, 'FAIL', ['IMG'], 'only raw images were sent', english, [
    radiograph(english, { PresentationIntentType: 'FOR PROCESSING' }),
  ]);
  study(item, 'REVIEW', ['MOD', 'IMG'], 'a plate reader is undecided by policy', exam, [
    {
      attributes: { Modality: 'CR', SeriesDescription: exam, ImageType: ['DERIVED', 'PRIMARY'] },
      images: [{}],
    },
  ]);
}
study('DR-06', 'PASS', [], 'the exam name says erect', '腹部立位平片', [
  radiograph('腹部', { ViewPosition: 'AP' }),
]);
study('DR-06', 'PASS', [], 'the position is coded', 'XR ABDOMEN', [
  radiograph('ABD AP', {
    PatientOrientationCodeSequence: [
      { CodeValue: '102538003', CodingSchemeDesignator: 'SCT', CodeMeaning: 'recumbent' },
    ],
  }),
]);
study('DR-06', 'REVIEW', ['POSITION'], 'nothing says erect, recumbent or inverted', '腹部DR', [
  radiograph('腹部'),
]);
study('DR-06', 'FAIL', ['IMG'], 'only raw images were sent', '腹部立位平片', [
  radiograph('腹部立位', { PresentationIntentType: 'FOR PROCESSING' }),
]);
const fourViews = [mammogram('R', 'CC'), mammogram('L', 'CC'), mammogram('R', 'MLO'), mammogram('L', 'MLO')];
study('DR-07', 'PASS', [], 'both breasts in both views', '双侧乳腺钼靶', fourViews);
study('DR-07', 'PASS', [], 'one breast, views by code', 'MG right breast CC MLO', [
  mammogram('R', '', {
    ViewCodeSequence: [
      { CodeValue: '399162004', CodingSchemeDesignator: 'SCT', CodeMeaning: 'cranio-caudal' },
    ],
    SeriesDescription: '',
  }),
  mammogram('R', '', {
    ViewCodeSequence: [
      { CodeValue: '399368009', CodingSchemeDesignator: 'SCT', CodeMeaning: 'medio-lateral oblique' },
    ],
    SeriesDescription: '',
  }),
]);
study(
  'DR-07',
  'REVIEW',
  ['CC', 'MLO'],
  'both breasts were ordered and one was sent',
  '双侧乳腺钼靶',
  fourViews.filter((_, index) => index % 2 === 0),
);
study(
  'DR-07',
  'FAIL',
  ['MLO'],
  'the left breast lacks its oblique view',
  '双侧乳腺钼靶',
  fourViews.slice(0, 3),
);
study(
  'DR-07',
  'FAIL',
  ['DETECTOR'],
  'a storage plate is no flat panel',
  '乳腺钼靶',
  fourViews.map((series) => ({ ...series, attributes: { ...series.attributes, DetectorType: 'STORAGE' } })),
);
study('DR-07', 'REVIEW', ['CC', 'MLO'], 'neither views nor sides are recorded', '乳腺钼靶', [
  mammogram('R', '', { SeriesDescription: '', ImageLaterality: '' }),
]);

/** Radiographs and mammograms. */
export const DR_EXAMPLES = examples;
