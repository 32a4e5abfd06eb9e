import { hospitalOf, patientNames, patientOf, studyUidOf } from './makeIndex.ts';

/** A search as clients send it, with values of its own each time. */
export interface LargeQuery {
  title: string;
  /** Of one hospital; the region's when absent. */
  root?: string;
  /** Path and query below the root. */
  path(n: number, studies: number): string;
}

const names = patientNames();
/** Spreads `n` over the studies, so that no two requests of a run ask the same. */
const pick = (n: number, studies: number): number => 1 + ((n * 104_729 + 17) % studies);
const study = (n: number, studies: number): string => studyUidOf(pick(n, studies));
const nameOf = (n: number, studies: number): string =>
  names[patientOf(pick(n, studies), studies) % names.length] ?? '王伟';
const day = (n: number, days: number): string => {
  const from = new Date(Date.UTC(2016, 0, 1 + ((n * 37) % 3500)));
  const to = new Date(from.getTime() + days * 86_400_000);
  const text = (date: Date): string => date.toISOString().slice(0, 10).replaceAll('-', '');
  return `${text(from)}-${text(to)}`;
};
const PINYIN = ['wang wei', 'li na', 'zhang min', 'liu yang', 'chen jie', 'zw', 'lihong', 'zhao yun'];
const HOSPITAL = `/hospitals/${hospitalOf(3)}/dicomweb`;
const MODALITIES = ['CT', 'MR', 'DX', 'US', 'MG'];

export const LARGE_QUERIES: readonly LargeQuery[] = [
  { title: 'StudyInstanceUID', path: (n, all) => `/studies?StudyInstanceUID=${study(n, all)}` },
  {
    title: 'PatientID',
    path: (n, all) => `/studies?PatientID=P${String(patientOf(pick(n, all), all)).padStart(8, '0')}`,
  },
  { title: 'AccessionNumber', path: (n, all) => `/studies?AccessionNumber=ACC${pick(n, all)}` },
  {
    title: 'PatientName, Han, whole',
    path: (n, all) => `/studies?PatientName=${encodeURIComponent(nameOf(n, all))}&limit=25`,
  },
  {
    title: 'PatientName, Han, beginning',
    path: (n, all) => `/studies?PatientName=${encodeURIComponent(`${nameOf(n, all).slice(0, 2)}*`)}&limit=25`,
  },
  {
    title: 'PatientName, one Han character*',
    path: (n, all) => `/studies?PatientName=${encodeURIComponent(`${nameOf(n, all).slice(0, 1)}*`)}&limit=25`,
  },
  {
    title: 'PatientName, pinyin, fuzzy',
    path: (n) =>
      `/studies?PatientName=${encodeURIComponent(PINYIN[n % PINYIN.length] ?? '')}&fuzzymatching=true&limit=25`,
  },
  { title: 'newest 25', path: () => '/studies?limit=25' },
  { title: 'StudyDate of a day, 25', path: (n) => `/studies?StudyDate=${day(n, 0)}&limit=25` },
  { title: 'StudyDate of 30 days, 25', path: (n) => `/studies?StudyDate=${day(n, 30)}&limit=25` },
  {
    title: 'modality and 7 days, page 1 of 25',
    path: (n) => `/studies?ModalitiesInStudy=${MODALITIES[n % 5]}&StudyDate=${day(n, 7)}&limit=25`,
  },
  {
    title: 'modality and 7 days, page 5 of 25',
    path: (n) => `/studies?ModalitiesInStudy=${MODALITIES[n % 5]}&StudyDate=${day(n, 7)}&limit=25&offset=100`,
  },
  {
    title: 'modality alone, 25',
    path: (n) => `/studies?ModalitiesInStudy=${MODALITIES[n % 5]}&limit=25`,
  },
  {
    title: 'name, modality and year',
    path: (n, all) =>
      `/studies?PatientName=${encodeURIComponent(`${nameOf(n, all)}*`)}&ModalitiesInStudy=CT&StudyDate=${2016 + (n % 9)}0101-${2016 + (n % 9)}1231&limit=25`,
  },
  { title: 'series of a study', path: (n, all) => `/studies/${study(n, all)}/series` },
  {
    title: 'SeriesInstanceUID',
    path: (n, all) => `/series?SeriesInstanceUID=${study(n, all)}.${1 + (n % 10)}`,
  },
  {
    title: 'series by ScheduledProcedureStep request',
    path: (n, all) => `/series?RequestAttributesSequence.RequestedProcedureID=RP${pick(n, all)}`,
  },
  { title: 'one hospital: newest 25', root: HOSPITAL, path: () => '/studies?limit=25' },
  {
    title: 'one hospital: PatientID',
    root: HOSPITAL,
    path: (n, all) => `/studies?PatientID=P${String(patientOf(pick(n, all), all)).padStart(8, '0')}`,
  },
  {
    title: 'one hospital: name, Han, whole',
    root: HOSPITAL,
    path: (n, all) => `/studies?PatientName=${encodeURIComponent(nameOf(n, all))}&limit=25`,
  },
  {
    title: 'one hospital: modality and 7 days',
    root: HOSPITAL,
    path: (n) => `/studies?ModalitiesInStudy=${MODALITIES[n % 5]}&StudyDate=${day(n, 7)}&limit=25`,
  },
];
