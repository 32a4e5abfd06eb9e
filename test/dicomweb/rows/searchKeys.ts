import { all, equal, results, status, datasets } from '../check.ts';
import { searchStudies, type SearchData } from '../material/searchStudies.ts';
import { row, type Row } from '../row.ts';
import { ask, matchRow, TAG } from './searchAsk.ts';

/** One row a study key and resource: Table 10.6.1-5. */
const STUDY_KEYS: { key: string; tag: string; value: (data: SearchData) => string; found: string }[] = [
  { key: 'StudyDate', tag: '00080020', value: () => '20260105', found: 'A' },
  { key: 'StudyTime', tag: '00080030', value: () => '143000', found: 'B' },
  { key: 'AccessionNumber', tag: '00080050', value: (data) => data.C.accession, found: 'C' },
  { key: 'ModalitiesInStudy', tag: '00080061', value: () => 'PT', found: 'A' },
  { key: 'ReferringPhysicianName', tag: '00080090', value: () => 'Li^Na', found: 'B' },
  { key: 'PatientName', tag: '00100010', value: () => 'OBrien', found: 'E' },
  { key: 'PatientID', tag: '00100020', value: (data) => data.D.patientId, found: 'D' },
  { key: 'StudyInstanceUID', tag: '0020000D', value: (data) => data.E.study, found: 'E' },
  { key: 'StudyID', tag: '00200010', value: () => 'SB', found: 'B' },
];

const studyKeyRows = (['studies', 'series', 'instances'] as const).flatMap((resource) =>
  STUDY_KEYS.map(({ key, value: wanted, found }) =>
    matchRow({
      id: `search-key-${resource}-${key}`,
      section: '10.6.1.2.3',
      statement: `${key} is a matching key of /${resource} (Table 10.6.1-5)`,
      query: (data) => `${key}=${wanted(data)}`,
      found,
      resource,
      scoped: key !== 'PatientID',
    }),
  ),
);

const tagRows = STUDY_KEYS.map(({ key, tag, value: wanted, found }) =>
  matchRow({
    id: `search-tag-${key}`,
    section: '8.3.4.1',
    statement: `${key} may be named by its tag ${tag}`,
    query: (data) => `${tag}=${wanted(data)}`,
    found,
    scoped: key !== 'PatientID',
  }),
);

const SERIES_KEYS: [
  key: string,
  wanted: (data: SearchData) => string,
  found: (data: SearchData) => string[],
][] = [
  ['Modality', () => 'PT', (data) => [data.A.series[1]!]],
  ['SeriesInstanceUID', (data) => data.A.series[0]!, (data) => [data.A.series[0]!]],
  ['SeriesNumber', () => '7', (data) => [data.A.series[1]!]],
  ['PerformedProcedureStepStartDate', () => '20260210', (data) => [data.B.series[0]!]],
  ['PerformedProcedureStepStartTime', () => '081500', (data) => [data.A.series[0]!]],
  ['RequestAttributesSequence.ScheduledProcedureStepID', () => 'SPS-1', (data) => [data.A.series[0]!]],
  ['RequestAttributesSequence.RequestedProcedureID', () => 'RP-2', (data) => [data.A.series[0]!]],
  ['00400275.00400009', () => 'SPS-1', (data) => [data.A.series[0]!]],
];

const seriesKeyRows = (['series', 'instances'] as const).flatMap((resource) =>
  SERIES_KEYS.map(([key, wanted, found]) =>
    row({
      id: `search-key-${resource}-${key}`,
      section: '10.6.1.2.3',
      statement: `${key} is a matching key of /${resource} (Table 10.6.1-5)`,
      given: searchStudies,
      request: (data) => ask(`/${resource}?${key}=${wanted(data)}&${data.scope}`),
      expect: (answer, data) =>
        equal([...new Set(all(results(answer), TAG.series))], found(data).sort(), 'series found'),
    }),
  ),
);

const INSTANCE_KEYS: typeof SERIES_KEYS = [
  ['SOPClassUID', () => '1.2.840.10008.5.1.4.1.1.128', (data) => data.A.instances[1]!],
  ['SOPInstanceUID', (data) => data.A.instances[0]![1]!, (data) => [data.A.instances[0]![1]!]],
  ['InstanceNumber', () => '3', (data) => [data.A.instances[0]![2]!]],
];

const instanceKeyRows = INSTANCE_KEYS.map(([key, wanted, found]) =>
  row({
    id: `search-key-instances-${key}`,
    section: '10.6.1.2.3',
    statement: `${key} is a matching key of /instances (Table 10.6.1-5)`,
    given: searchStudies,
    request: (data) => ask(`/instances?${key}=${wanted(data)}&${data.scope}`),
    expect: (answer, data) =>
      equal(all(results(answer), TAG.instance), found(data).sort(), 'instances found'),
  }),
);

const hierarchy: Row[] = [
  row({
    id: 'search-study-series',
    section: '10.6.1.1',
    statement: '/studies/{study}/series finds the series of that study alone',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/series`),
    expect: (answer, data) => equal(all(results(answer), TAG.series), [...data.A.series].sort(), 'series'),
  }),
  row({
    id: 'search-study-series-key',
    section: '10.6.1.1',
    statement: '/studies/{study}/series takes series keys',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/series?Modality=CT`),
    expect: (answer, data) => equal(all(results(answer), TAG.series), [data.A.series[0]!], 'series'),
  }),
  row({
    id: 'search-study-instances',
    section: '10.6.1.1',
    statement: '/studies/{study}/instances finds the instances of that study alone',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/instances`),
    expect: (answer, data) =>
      equal(all(results(answer), TAG.instance), data.A.instances.flat().sort(), 'instances'),
  }),
  row({
    id: 'search-study-instances-key',
    section: '10.6.1.1',
    statement: '/studies/{study}/instances takes series and instance keys',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/instances?Modality=CT&InstanceNumber=2`),
    expect: (answer, data) =>
      equal(all(results(answer), TAG.instance), [data.A.instances[0]![1]!], 'instances'),
  }),
  row({
    id: 'search-series-instances',
    section: '10.6.1.1',
    statement: '/studies/{study}/series/{series}/instances finds the instances of that series alone',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/series/${data.A.series[0]!}/instances`),
    expect: (answer, data) =>
      equal(all(results(answer), TAG.instance), [...data.A.instances[0]!].sort(), 'instances'),
  }),
  row({
    id: 'search-series-other-study',
    section: '10.6.1.1',
    statement: 'Instances of a series are not found below another study',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.B.study}/series/${data.A.series[0]!}/instances`),
    expect: (answer) => {
      status(answer, 200, 204, 404);
      if (answer.status === 200) equal(datasets(answer).length, 0, 'instances found');
    },
  }),
  row({
    id: 'search-unknown-study-series',
    section: '10.6.3.1',
    statement: 'Series of a study that is not there are none: 204 or 404',
    request: (_, world) => ask(`/studies/${world.uid('absent')}/series`),
    expect: (answer) => status(answer, 204, 404),
  }),
];

export const searchKeyRows: Row[] = [
  ...studyKeyRows,
  ...tagRows,
  ...seriesKeyRows,
  ...instanceKeyRows,
  ...hierarchy,
];
