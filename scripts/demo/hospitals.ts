import type { Qualification } from '@hutong/conformance';
import type { Hospital } from '@hutong/storage-config';

/** The three hospitals of the demo. */
export const demoHospitals: readonly Hospital[] = [
  {
    code: 'lncy',
    nameZh: '龙南市第一人民医院',
    nameEn: 'Longnan First People’s Hospital',
    level: '三级乙等',
    region: '龙南市',
  },
  {
    code: 'lnzy',
    nameZh: '龙南市中医院',
    nameEn: 'Longnan Hospital of Chinese Medicine',
    level: '二级甲等',
    region: '龙南市',
  },
  {
    code: 'lnfy',
    nameZh: '龙南市妇幼保健院',
    nameEn: 'Longnan Maternal and Child Health Hospital',
    level: '二级甲等',
    region: '龙南市',
  },
];

const PASSED_ITEMS: Record<string, readonly string[]> = {
  lncy: ['DR-01', 'DR-07', 'CT-01', 'CT-05', 'CT-06', 'CT-07', 'CT-11', 'MR-01', 'MR-02', 'MR-13'],
  lnzy: ['DR-01', 'CT-01', 'CT-05', 'CT-07', 'MR-01', 'MR-13'],
  // took part for mammography and plain brain MRI only; its head CT was evaluated and failed
  lnfy: ['DR-07', 'MR-01'],
};

const evaluation = { scope: '龙南市', evaluatedAt: '2026-09-15', validUntil: '2027-03-14' } as const;

/** Results of the half-yearly quality evaluation: who may label what. */
export const demoQualifications: readonly Qualification[] = [
  ...Object.entries(PASSED_ITEMS).flatMap(([hospitalCode, items]) =>
    items.map((itemCode): Qualification => ({ hospitalCode, itemCode, ...evaluation, result: 'passed' })),
  ),
  { hospitalCode: 'lnfy', itemCode: 'CT-01', ...evaluation, result: 'failed' },
];
