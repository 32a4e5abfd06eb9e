import {
  all,
  datasets,
  equal,
  holds,
  name,
  results,
  status,
  value,
  values,
  type JsonDataset,
} from '../check.ts';
import { searchStudies, type Letter, type SearchData } from '../data/searchStudies.ts';
import { header, parts, type Answer, type Request } from '../http.ts';
import { row, type Level, type Row } from '../row.ts';
import { NotApplicable, type World } from '../world.ts';

const JSON_TYPE = 'application/dicom+json';
const ask = (path: string): Request => ({ path, headers: { accept: JSON_TYPE } });
const encode = encodeURIComponent;

const TAG = {
  study: '0020000D',
  series: '0020000E',
  instance: '00080018',
} as const;

/** Letters of the studies found, in order of the alphabet. */
function letters(found: readonly JsonDataset[], data: SearchData): string {
  const uids = new Set(found.map((dataset) => value(dataset, TAG.study)));
  return (['A', 'B', 'C', 'D', 'E'] as const).filter((letter) => uids.has(data[letter].study)).join('');
}

interface MatchPlan {
  id: string;
  section?: string;
  level?: Level;
  statement: string;
  query: string | ((data: SearchData) => string);
  /** Studies that are found. */
  found: string;
  resource?: 'studies' | 'series' | 'instances';
  /** Whether the scope of the run is added; it is not when the query holds a PatientID of its own. */
  scoped?: boolean;
}

const queryOf = ({ query, scoped }: MatchPlan, data: SearchData): string =>
  [typeof query === 'string' ? query : query(data), ...(scoped === false ? [] : [data.scope])].join('&');

function matchRow(plan: MatchPlan): Row {
  return row({
    id: plan.id,
    section: plan.section ?? '10.6.1.2',
    level: plan.level ?? 'required',
    statement: plan.statement,
    given: searchStudies,
    request: (data) => ask(`/${plan.resource ?? 'studies'}?${queryOf(plan, data)}`),
    expect: (answer, data) => equal(letters(results(answer), data), plan.found, 'studies found'),
  });
}

/** One row a study key and resource: Table 10.6.1-5. */
const STUDY_KEYS: { key: string; tag: string; value: (data: SearchData) => string; found: string }[] = [
  { key: 'StudyDate', tag: '00080020', value: () => '20260105', found: 'A' },
  { key: 'StudyTime', tag: '00080030', value: () => '143000', found: 'B' },
  { key: 'AccessionNumber', tag: '00080050', value: (data) => data.C.accession, found: 'C' },
  { key: 'ModalitiesInStudy', tag: '00080061', value: () => 'PT', found: 'A' },
  { key: 'ReferringPhysicianName', tag: '00080090', value: () => 'Li^Na', found: 'B' },
  { key: 'PatientName', tag: '00100010', value: () => encode('OBrien^Pat'), found: 'E' },
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

const MATCHING: MatchPlan[] = [
  // Dates and times: range matching.
  {
    id: 'search-date-range',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A date range has both of its ends in it',
    query: 'StudyDate=20260105-20260210',
    found: 'AB',
  },
  {
    id: 'search-date-until',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A range without its first date is open to the past',
    query: 'StudyDate=-20260105',
    found: 'AE',
  },
  {
    id: 'search-date-from',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A range without its last date is open to the future',
    query: 'StudyDate=20260210-',
    found: 'BCD',
  },
  {
    id: 'search-date-none',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A range between two studies finds neither',
    query: 'StudyDate=20260106-20260209',
    found: '',
  },
  {
    id: 'search-time-range',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A time range has both of its ends in it',
    query: 'StudyTime=080000-143000',
    found: 'ABE',
  },
  {
    id: 'search-time-until',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A time range may lack its begin',
    query: 'StudyTime=-080000',
    found: 'AD',
  },
  {
    id: 'search-time-from',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A time range may lack its end',
    query: 'StudyTime=143000-',
    found: 'BC',
  },
  {
    id: 'search-time-fraction',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'Fractions of seconds lie inside a range of seconds around them',
    query: 'StudyTime=120000-120001',
    found: 'E',
  },
  {
    id: 'search-date-time-separate',
    section: 'PS3.4 C.2.2.2.5',
    statement: 'A single date and a time range are both required',
    query: 'StudyDate=20260315&StudyTime=120000-',
    found: 'C',
  },
  {
    id: 'search-birthdate-not-required',
    section: '10.6.1.2.3',
    level: 'optional',
    statement: 'PatientBirthDate, where it is a key, matches',
    query: 'PatientBirthDate=19550607',
    found: 'B',
  },
  // Wild cards.
  {
    id: 'search-star-end',
    section: 'PS3.4 C.2.2.2.4',
    statement: '* at the end matches any rest',
    query: 'StudyID=S*',
    found: 'ABCE',
  },
  {
    id: 'search-star-begin',
    section: 'PS3.4 C.2.2.2.4',
    statement: '* at the begin matches any head',
    query: (data) => `AccessionNumber=*${data.B.accession.slice(-2)}`,
    found: 'B',
  },
  {
    id: 'search-star-middle',
    section: 'PS3.4 C.2.2.2.4',
    statement: '* in the middle matches any characters',
    query: (data) => `AccessionNumber=${data.C.accession.slice(0, 3)}*C1`,
    found: 'C',
  },
  {
    id: 'search-star-empty',
    section: 'PS3.4 C.2.2.2.4',
    statement: '* matches no character too',
    query: 'StudyID=SA*',
    found: 'A',
  },
  {
    id: 'search-question',
    section: 'PS3.4 C.2.2.2.4',
    statement: '? matches exactly one character',
    query: 'StudyID=S?',
    found: 'ABCE',
  },
  {
    id: 'search-question-none',
    section: 'PS3.4 C.2.2.2.4',
    statement: '? does not match nothing',
    query: 'StudyID=SA?',
    found: '',
  },
  {
    id: 'search-star-alone',
    section: 'PS3.4 C.2.2.2.3',
    statement: 'A lone * is universal matching',
    query: 'PatientName=*',
    found: 'ABCDE',
  },
  {
    id: 'search-modality-wild',
    section: 'PS3.4 C.2.2.2.4',
    statement: 'Wild cards match a code string',
    query: 'ModalitiesInStudy=C*',
    found: 'ACE',
  },
  {
    id: 'search-wild-case',
    section: 'PS3.4 C.2.2.2.4',
    statement: 'Wild card matching is case sensitive outside person names',
    query: 'StudyID=s*',
    found: '',
  },
  {
    id: 'search-wild-literal',
    section: 'PS3.4 C.2.2.2.4',
    statement: 'Characters that mean something to a database mean nothing in a key (_)',
    query: 'StudyID=S_',
    found: '',
  },
  {
    id: 'search-wild-percent',
    section: 'PS3.4 C.2.2.2.4',
    statement: 'Characters that mean something to a database mean nothing in a key (%)',
    query: 'StudyID=S%25',
    found: '',
  },
  // Single values.
  {
    id: 'search-case',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'Single value matching is case sensitive outside person names',
    query: 'StudyID=sa',
    found: '',
  },
  {
    id: 'search-part',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'Single value matching wants the whole value',
    query: 'StudyID=S',
    found: '',
  },
  {
    id: 'search-and',
    section: '8.3.4.1',
    statement: 'All keys have to match',
    query: 'ModalitiesInStudy=CT&StudyDate=20251231',
    found: 'E',
  },
  {
    id: 'search-and-none',
    section: '8.3.4.1',
    statement: 'Keys that match different studies find none',
    query: 'ModalitiesInStudy=MR&StudyDate=20251231',
    found: '',
  },
  {
    id: 'search-universal',
    section: 'PS3.4 C.2.2.2.3',
    statement: 'A key without a value matches everything',
    query: 'StudyID=',
    found: 'ABCDE',
  },
  {
    id: 'search-modality-second',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'ModalitiesInStudy matches when any series has the modality',
    query: 'ModalitiesInStudy=CT',
    found: 'AE',
  },
  // UID lists.
  {
    id: 'search-uid-list',
    section: '8.3.4.1',
    statement: 'UIDs may be a list by commas',
    query: (data) => `StudyInstanceUID=${data.A.study},${data.D.study}`,
    found: 'AD',
  },
  {
    id: 'search-uid-list-unknown',
    section: 'PS3.4 C.2.2.2.2',
    statement: 'UIDs of a list that are not there find nothing',
    query: (data) => `StudyInstanceUID=${data.A.study},2.25.1`,
    found: 'A',
  },
  {
    id: 'search-uid-list-tag',
    section: '8.3.4.1',
    statement: 'UID lists work with the tag too',
    query: (data) => `0020000D=${data.B.study},${data.C.study}`,
    found: 'BC',
  },
  {
    id: 'search-uid-list-backslash',
    section: 'PS3.4 C.2.2.2.2',
    level: 'ours',
    statement: 'UIDs may be a list by backslashes, as DIMSE has it',
    query: (data) => `StudyInstanceUID=${data.A.study}%5C${data.D.study}`,
    found: 'AD',
  },
  // Person names.
  {
    id: 'search-name-case',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'Person names are matched without regard to case',
    query: 'PatientName=wang^daming*',
    found: 'C',
    level: 'optional',
  },
  {
    id: 'search-name-wild',
    section: 'PS3.4 C.2.2.2.4',
    statement: 'Person names take wild cards',
    query: 'PatientName=WANG*',
    found: 'AC',
    level: 'optional',
  },
  {
    id: 'search-name-ideographic',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'The ideographic group of a name can be searched',
    query: `PatientName=${encode('王*')}`,
    found: 'AC',
    level: 'ours',
  },
  {
    id: 'search-name-groups',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'A whole name with its groups is found',
    query: `PatientName=${encode('Wang^Xiaoming=王^小明')}`,
    found: 'A',
    level: 'ours',
  },
  {
    id: 'search-name-phonetic',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'The phonetic group of a name can be searched',
    query: `PatientName=${encode('やまだ*')}`,
    found: 'D',
    level: 'ours',
  },
  {
    id: 'search-name-accent',
    section: 'PS3.4 C.2.2.2.1.1',
    statement: 'With fuzzymatching accents do not count',
    query: 'PatientName=muller&fuzzymatching=true',
    found: 'B',
    level: 'ours',
  },
  {
    id: 'search-name-order',
    section: 'PS3.4 C.2.2.2.1.1',
    statement: 'With fuzzymatching the order of words does not count',
    query: `PatientName=${encode('jörg müller')}&fuzzymatching=true`,
    found: 'B',
    level: 'ours',
  },
  {
    id: 'search-name-prefix',
    section: 'PS3.4 C.2.2.2.1.1',
    statement: 'With fuzzymatching words may be begun only',
    query: 'PatientName=xiao&fuzzymatching=true',
    found: 'A',
    level: 'ours',
  },
  {
    id: 'search-name-pinyin',
    section: 'PS3.4 C.2.2.2.1.1',
    statement: 'With fuzzymatching pinyin finds an ideographic name',
    query: 'PatientName=shantian&fuzzymatching=true',
    found: 'D',
    level: 'ours',
  },
  {
    id: 'search-physician',
    section: '10.6.1.2.3',
    statement: 'ReferringPhysicianName takes wild cards',
    query: 'ReferringPhysicianName=Zh*',
    found: 'ACE',
    level: 'optional',
  },
  // Percent-encoding.
  {
    id: 'search-percent',
    section: '8.3.1',
    level: 'optional',
    statement: 'Percent-encoded reserved characters of a value are data',
    query: `StudyDescription=${encode('100% sure, plus + and & signs')}`,
    found: 'E',
  },
  {
    id: 'search-plus',
    section: '8.3.1',
    level: 'ours',
    statement: 'Spaces may be encoded as plus signs',
    query: 'StudyDescription=Knee+MR',
    found: 'B',
  },
  {
    id: 'search-lower-hex',
    section: '8.3.4.1',
    statement: 'Hexadecimal digits of a tag may be lower case',
    query: (data) => `0020000d=${data.C.study}`,
    found: 'C',
  },
  // Empty values.
  {
    id: 'search-sequence-or',
    section: 'PS3.4 C.2.2.2.6',
    statement: 'A sequence matches when any item matches',
    query: 'RequestAttributesSequence.ScheduledProcedureStepID=SPS-2',
    found: 'AB',
    resource: 'series',
  },
  {
    id: 'search-sequence-one-item',
    section: 'PS3.4 C.2.2.2.6',
    statement: 'Keys inside one sequence have to match in one item',
    query:
      'RequestAttributesSequence.ScheduledProcedureStepID=SPS-2&RequestAttributesSequence.RequestedProcedureID=RP-1',
    found: 'B',
    resource: 'series',
  },
  {
    id: 'search-sequence-wild',
    section: 'PS3.4 C.2.2.2.6',
    statement: 'Keys inside a sequence take wild cards',
    query: 'RequestAttributesSequence.ScheduledProcedureStepID=SPS*',
    found: 'AB',
    resource: 'series',
  },
  {
    id: 'search-combined-datetime',
    section: 'PS3.4 C.2.2.2.5',
    level: 'ours',
    statement: 'StudyDate and StudyTime as ranges are one range of date and time',
    query: 'StudyDate=20260105-20260315&StudyTime=090000-120000',
    found: 'BD',
  },
];

/** Multiple values: with AND, or a Warning that the parameter is not supported. */
const multipleValues = row({
  id: 'search-multiple-values',
  section: '8.3.4.6',
  statement:
    'With multiplevaluematching all values of the key have to be there, else a Warning 299 says it is not supported',
  given: searchStudies,
  request: (data) => ask(`/studies?ModalitiesInStudy=CT%5CPT&multiplevaluematching=true&${data.scope}`),
  expect: (answer, data) => {
    if (header(answer, 'warning')?.startsWith('299') === true) return;
    equal(letters(results(answer), data), 'A', 'studies found');
  },
});

/** Empty values: matched, or a Warning that the parameter is not supported. */
const emptyValues = row({
  id: 'search-empty-value',
  section: '8.3.4.5',
  statement:
    'With emptyvaluematching a key of two quotation marks finds what has no value, else a Warning 299 says it is not supported',
  given: searchStudies,
  request: (data) => ask(`/studies?AccessionNumber=%22%22&emptyvaluematching=true&${data.scope}`),
  expect: (answer, data) => {
    if (header(answer, 'warning')?.startsWith('299') === true) return;
    equal(letters(results(answer), data), 'D', 'studies found');
  },
});

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

/** Attributes of results: Tables 10.6.3-3 to 10.6.3-5. */
type Expected = unknown;
const returned = (
  level: 'study' | 'series' | 'instance',
  tag: string,
  keyword: string,
  table: string,
  expected: (data: SearchData, world: World) => Expected,
  read: (dataset: JsonDataset | undefined, tag: string) => unknown = value,
): Row =>
  row({
    id: `search-return-${level}-${keyword}`,
    section: table,
    statement: `Results of ${level === 'study' ? 'studies' : level === 'series' ? 'series' : 'instances'} hold ${keyword} (${tag})`,
    given: searchStudies,
    request: (data) =>
      ask(
        level === 'study'
          ? `/studies?StudyInstanceUID=${data.A.study}`
          : level === 'series'
            ? `/studies/${data.A.study}/series?SeriesInstanceUID=${data.A.series[0]!}`
            : `/studies/${data.A.study}/series/${data.A.series[0]!}/instances?SOPInstanceUID=${data.A.instances[0]![1]!}`,
      ),
    expect: (answer, data, world) => {
      const found = datasets(answer);
      equal(found.length, 1, 'number of results');
      const wanted = expected(data, world);
      if (typeof wanted === 'function') (wanted as (seen: unknown) => void)(read(found[0], tag));
      else equal(read(found[0], tag), wanted, keyword);
    },
  });

const retrieves = (suffix: (data: SearchData) => string) => (data: SearchData) => (seen: unknown) =>
  holds(
    typeof seen === 'string' && seen.endsWith(suffix(data)),
    `RetrieveURL ends with the path of the resource; seen ${String(seen)}`,
  );

const returnRows: Row[] = [
  returned('study', '00080020', 'StudyDate', '10.6.3.3.1', () => '20260105'),
  returned('study', '00080030', 'StudyTime', '10.6.3.3.1', () => '080000'),
  returned('study', '00080050', 'AccessionNumber', '10.6.3.3.1', (data) => data.A.accession),
  returned(
    'study',
    '00080056',
    'InstanceAvailability',
    '10.6.3.3.1',
    () => (seen: unknown) =>
      holds(
        ['ONLINE', 'NEARLINE', undefined].includes(seen as string),
        `InstanceAvailability is a term or unknown; seen ${String(seen)}`,
      ),
  ),
  returned(
    'study',
    '00080061',
    'ModalitiesInStudy',
    '10.6.3.3.1',
    () => (seen: unknown) => equal([...(seen as string[])].sort(), ['CT', 'PT'], 'ModalitiesInStudy'),
    values,
  ),
  returned('study', '00080090', 'ReferringPhysicianName', '10.6.3.3.1', () => 'Zhang^Wei', name),
  returned('study', '00080201', 'TimezoneOffsetFromUTC', '10.6.3.3.1', () => '+0800'),
  returned(
    'study',
    '00081190',
    'RetrieveURL',
    '10.6.3.3.1',
    retrieves((data) => `/studies/${data.A.study}`),
  ),
  returned('study', '00100010', 'PatientName', '10.6.3.3.1', () => 'Wang^Xiaoming', name),
  returned(
    'study',
    '00100010',
    'PatientName-ideographic',
    '10.6.3.3.1',
    () => '王^小明',
    (dataset, tag) => name(dataset, tag, 'Ideographic'),
  ),
  returned('study', '00100020', 'PatientID', '10.6.3.3.1', (data) => data.A.patientId),
  returned('study', '00100030', 'PatientBirthDate', '10.6.3.3.1', () => '19700203'),
  returned('study', '00100040', 'PatientSex', '10.6.3.3.1', () => 'M'),
  returned('study', '0020000D', 'StudyInstanceUID', '10.6.3.3.1', (data) => data.A.study),
  returned('study', '00200010', 'StudyID', '10.6.3.3.1', () => 'SA'),
  returned(
    'study',
    '00201206',
    'NumberOfStudyRelatedSeries',
    '10.6.3.3.1',
    () => (seen: unknown) => equal(Number(seen), 2, 'series'),
  ),
  returned(
    'study',
    '00201208',
    'NumberOfStudyRelatedInstances',
    '10.6.3.3.1',
    () => (seen: unknown) => equal(Number(seen), 4, 'instances'),
  ),
  returned('series', '00080060', 'Modality', '10.6.3.3.2', () => 'CT'),
  returned('series', '0008103E', 'SeriesDescription', '10.6.3.3.2', () => 'Lung 1.0'),
  returned(
    'series',
    '00081190',
    'RetrieveURL',
    '10.6.3.3.2',
    retrieves((data) => `/studies/${data.A.study}/series/${data.A.series[0]!}`),
  ),
  returned('series', '0020000E', 'SeriesInstanceUID', '10.6.3.3.2', (data) => data.A.series[0]),
  returned(
    'series',
    '00200011',
    'SeriesNumber',
    '10.6.3.3.2',
    () => (seen: unknown) => equal(Number(seen), 2, 'SeriesNumber'),
  ),
  returned(
    'series',
    '00201209',
    'NumberOfSeriesRelatedInstances',
    '10.6.3.3.2',
    () => (seen: unknown) => equal(Number(seen), 3, 'instances'),
  ),
  returned('series', '00080201', 'TimezoneOffsetFromUTC', '10.6.3.3.2', () => '+0800'),
  returned('series', '00400244', 'PerformedProcedureStepStartDate', '10.6.3.3.2', () => '20260105'),
  returned('series', '00400245', 'PerformedProcedureStepStartTime', '10.6.3.3.2', () => '081500'),
  returned(
    'series',
    '00400275',
    'RequestAttributesSequence',
    '10.6.3.3.2',
    () => (seen: unknown) => {
      const items = seen as JsonDataset[];
      equal(
        items.map((item) => [value(item, '00400009'), value(item, '00401001')]),
        [
          ['SPS-1', 'RP-1'],
          ['SPS-2', 'RP-2'],
        ],
        'items',
      );
    },
    values,
  ),
  returned('instance', '00080016', 'SOPClassUID', '10.6.3.3.3', () => '1.2.840.10008.5.1.4.1.1.2'),
  returned('instance', '00080018', 'SOPInstanceUID', '10.6.3.3.3', (data) => data.A.instances[0]![1]),
  returned(
    'instance',
    '00081190',
    'RetrieveURL',
    '10.6.3.3.3',
    retrieves(
      (data) => `/studies/${data.A.study}/series/${data.A.series[0]!}/instances/${data.A.instances[0]![1]!}`,
    ),
  ),
  returned('instance', '00080201', 'TimezoneOffsetFromUTC', '10.6.3.3.3', () => '+0800'),
  returned(
    'instance',
    '00200013',
    'InstanceNumber',
    '10.6.3.3.3',
    () => (seen: unknown) => equal(Number(seen), 2, 'InstanceNumber'),
  ),
  returned('instance', '00280010', 'Rows', '10.6.3.3.3', () => 8),
  returned('instance', '00280011', 'Columns', '10.6.3.3.3', () => 10),
  returned('instance', '00280100', 'BitsAllocated', '10.6.3.3.3', () => 16),
];

const responseRows: Row[] = [
  row({
    id: 'search-return-empty',
    section: 'PS3.4 C.2.2.1.2',
    statement: 'A required attribute without a value is returned without a Value',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.D.study}`),
    expect: (answer) => {
      const [found] = datasets(answer);
      holds(found?.['00080050'] !== undefined, 'AccessionNumber is there');
      equal(found['00080050'].vr, 'SH', 'its VR');
      holds(found['00080050'].Value === undefined, 'it has no Value (F.2.5)');
    },
  }),
  row({
    id: 'search-all-series-study-attributes',
    section: '10.6.3.3.2',
    statement: 'Results of /series hold the attributes of the study',
    given: searchStudies,
    request: (data) => ask(`/series?SeriesInstanceUID=${data.A.series[0]!}`),
    expect: (answer, data) => {
      const [found] = datasets(answer);
      equal(value(found, '0020000D'), data.A.study, 'StudyInstanceUID');
      equal(value(found, '00080020'), '20260105', 'StudyDate');
      equal(value(found, '00100020'), data.A.patientId, 'PatientID');
      equal(value(found, '00080060'), 'CT', 'Modality');
    },
  }),
  row({
    id: 'search-all-instances-attributes',
    section: '10.6.3.3.3',
    statement: 'Results of /instances hold the attributes of study and series',
    given: searchStudies,
    request: (data) => ask(`/instances?SOPInstanceUID=${data.A.instances[0]![0]!}`),
    expect: (answer, data) => {
      const [found] = datasets(answer);
      equal(value(found, '0020000D'), data.A.study, 'StudyInstanceUID');
      equal(value(found, '00100020'), data.A.patientId, 'PatientID');
      equal(value(found, '0020000E'), data.A.series[0], 'SeriesInstanceUID');
      equal(value(found, '00080060'), 'CT', 'Modality');
      equal(Number(value(found, '00200011')), 2, 'SeriesNumber');
    },
  }),
  row({
    id: 'search-study-instances-series-attributes',
    section: '10.6.3.3.3',
    statement: "Results of a study's instances hold the attributes of the series",
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/instances?SOPInstanceUID=${data.A.instances[0]![0]!}`),
    expect: (answer, data) => {
      const [found] = datasets(answer);
      equal(value(found, '0020000E'), data.A.series[0], 'SeriesInstanceUID');
      equal(value(found, '00080060'), 'CT', 'Modality');
    },
  }),
  row({
    id: 'search-retrieve-url-works',
    section: '10.6.3.3.1',
    statement: 'What RetrieveURL names can be retrieved',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.C.study}`),
    expect: async (answer, _, world) => {
      const url = String(value(datasets(answer)[0], '00081190'));
      const retrieved = await world.send({
        path: url,
        headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
      });
      status(retrieved, 200);
      equal(parts(retrieved).length, 1, 'instances of the study');
    },
  }),
  row({
    id: 'search-none-204',
    section: '8.3.4.4.1',
    statement: 'No match is answered 204 without a body',
    request: (_, world) => ask(`/studies?StudyInstanceUID=${world.uid('absent')}`),
    expect: (answer) => {
      status(answer, 204);
      equal(answer.body.length, 0, 'body');
    },
  }),
  row({
    id: 'search-no-match-series-204',
    section: '8.3.4.4.1',
    statement: 'No matching series is 204',
    given: searchStudies,
    request: (data) => ask(`/studies/${data.A.study}/series?Modality=XX`),
    expect: (answer) => status(answer, 204),
  }),
  row({
    id: 'search-limit',
    section: '8.3.4.4',
    statement: 'limit bounds the number of results',
    given: searchStudies,
    request: (data) => ask(`/studies?${data.scope}&limit=2`),
    expect: (answer) => equal(datasets(answer).length, 2, 'results'),
  }),
  row({
    id: 'search-offset',
    section: '8.3.4.4',
    statement: 'Pages by offset and limit make up the whole, each result once',
    given: searchStudies,
    request: (data) => ask(`/studies?${data.scope}&limit=2&offset=0`),
    expect: async (answer, data, world) => {
      const pages = [datasets(answer)];
      for (const offset of [2, 4])
        pages.push(results(await world.send(ask(`/studies?${data.scope}&limit=2&offset=${offset}`))));
      equal(
        pages.map((page) => page.length),
        [2, 2, 1],
        'results of each page',
      );
      equal(letters(pages.flat(), data), 'ABCDE', 'studies over all pages');
    },
  }),
  row({
    id: 'search-offset-beyond',
    section: '8.3.4.4.1',
    statement: 'An offset behind the last match is answered 204',
    given: searchStudies,
    request: (data) => ask(`/studies?${data.scope}&offset=100`),
    expect: (answer) => status(answer, 204),
  }),
  row({
    id: 'search-warning-remaining',
    section: '8.3.4.4.1',
    statement: 'When matches remain, Warning 299 says how many',
    given: searchStudies,
    request: (data) => ask(`/studies?${data.scope}&limit=2`),
    expect: (answer) => {
      const warning = header(answer, 'warning') ?? '';
      holds(/^299 /.test(warning), `a Warning of code 299; seen "${warning}"`);
      // With a limit of the request, "remaining" counts what lies behind the page.
      holds(/\b3\b/.test(warning.replace(/^299 \S+/, '')), `it says that 3 remain; seen "${warning}"`);
    },
  }),
  row({
    id: 'search-no-warning',
    section: '8.3.4.4.1',
    statement: 'When nothing remains there is no Warning about it',
    given: searchStudies,
    request: (data) => ask(`/studies?${data.scope}`),
    expect: (answer) => {
      status(answer, 200);
      holds(!/remaining|additional results/i.test(header(answer, 'warning') ?? ''), 'no Warning');
    },
  }),
  row({
    id: 'search-idempotent',
    section: '8.3.4.4.1',
    statement: 'The same search gives the same order',
    given: searchStudies,
    request: (data) => ask(`/instances?${data.scope}`),
    expect: async (answer, data, world) => {
      const again = await world.send(ask(`/instances?${data.scope}`));
      const order = (found: Answer): unknown[] =>
        datasets(found).map((dataset) => value(dataset, TAG.instance));
      equal(order(again), order(answer), 'order');
    },
  }),
  row({
    id: 'search-fuzzy',
    section: '8.3.4.2',
    statement: 'fuzzymatching=true is done, or a Warning 299 says it was not',
    given: searchStudies,
    request: (data) =>
      ask(`/studies?PatientName=${encode('Wang^Xiaoming')}&fuzzymatching=true&${data.scope}`),
    expect: (answer, data) => {
      const warning = header(answer, 'warning') ?? '';
      if (/299 .*fuzzymatching/i.test(warning)) return;
      holds(
        letters(results(answer), data).includes('A'),
        `the study is found, or a Warning; seen "${warning}"`,
      );
    },
  }),
  row({
    id: 'search-fuzzy-false',
    section: '8.3.4.2',
    statement: 'fuzzymatching=false is literal matching',
    given: searchStudies,
    request: (data) => ask(`/studies?PatientName=Wang&fuzzymatching=false&${data.scope}`),
    expect: (answer, data) => equal(letters(results(answer), data), '', 'studies found'),
  }),
  row({
    id: 'search-include-keyword',
    section: '8.3.4.3',
    statement: 'includefield by keyword adds an attribute of the level',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.A.study}&includefield=StudyDescription`),
    expect: (answer) => equal(value(datasets(answer)[0], '00081030'), 'Chest CT plain', 'StudyDescription'),
  }),
  row({
    id: 'search-include-tag',
    section: '8.3.4.3',
    statement: 'includefield by tag adds an attribute of the level',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.A.study}&includefield=00081030`),
    expect: (answer) => equal(value(datasets(answer)[0], '00081030'), 'Chest CT plain', 'StudyDescription'),
  }),
  row({
    id: 'search-include-list',
    section: '8.3.4.3',
    statement: 'includefield may be a list by commas',
    given: searchStudies,
    request: (data) =>
      ask(`/studies/${data.A.study}/series?Modality=CT&includefield=BodyPartExamined,SeriesDescription`),
    expect: (answer) => {
      const [found] = datasets(answer);
      equal([value(found, '00180015'), value(found, '0008103E')], ['CHEST', 'Lung 1.0'], 'both attributes');
    },
  }),
  row({
    id: 'search-include-repeated',
    section: '8.3.4.3',
    statement: 'includefield may be given several times',
    given: searchStudies,
    request: (data) =>
      ask(`/studies/${data.A.study}/series?Modality=CT&includefield=BodyPartExamined&includefield=00081030`),
    expect: (answer) => equal(value(datasets(answer)[0], '00180015'), 'CHEST', 'BodyPartExamined'),
  }),
  row({
    id: 'search-include-all',
    section: '8.3.4.3',
    statement: 'includefield=all adds what is known of the level',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.A.study}&includefield=all`),
    expect: (answer) => equal(value(datasets(answer)[0], '00081030'), 'Chest CT plain', 'StudyDescription'),
  }),
  row({
    id: 'search-include-lower-level',
    section: '10.6.3.3.1',
    statement: 'Attributes of a lower level are not returned, even when asked for',
    given: searchStudies,
    request: (data) =>
      ask(`/studies?StudyInstanceUID=${data.A.study}&includefield=SeriesInstanceUID,SOPInstanceUID,Rows`),
    expect: (answer) => {
      const [found] = datasets(answer);
      for (const tag of ['0020000E', '00080018', '00280010'])
        holds(found?.[tag] === undefined, `${tag} is not in a study result`);
    },
  }),
  row({
    id: 'search-include-study-in-series',
    section: '10.6.3.3.2',
    statement: 'Study attributes can be asked for in results of series',
    given: searchStudies,
    request: (data) =>
      ask(`/studies/${data.A.study}/series?Modality=CT&includefield=StudyDescription,PatientName`),
    expect: (answer) => {
      const [found] = datasets(answer);
      equal(value(found, '00081030'), 'Chest CT plain', 'StudyDescription');
      equal(name(found, '00100010'), 'Wang^Xiaoming', 'PatientName');
    },
  }),
  row({
    id: 'search-include-private',
    section: '10.6.3.3.3',
    level: 'optional',
    statement: 'A private attribute that is asked for comes with its private creator',
    given: searchStudies,
    request: (data) =>
      ask(
        `/studies/${data.A.study}/instances?SOPInstanceUID=${data.A.instances[0]![0]!}&includefield=00191001`,
      ),
    expect: (answer, _, world) => {
      const [found] = datasets(answer);
      if (!world.target.ours && found?.['00191001'] === undefined)
        throw new NotApplicable('private attributes are not returned');
      equal(value(found, '00191001'), 'private value', 'the private attribute');
      equal(value(found, '00190010'), 'SUITE PRIVATE 1', 'its creator');
    },
  }),
  row({
    id: 'search-match-returned',
    section: '10.6.3.3.1',
    statement: 'An attribute used as key is in the results',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyDescription=${encode('Knee MR')}&${data.scope}`),
    expect: (answer, data, world) => {
      const found = results(answer);
      if (!world.target.ours && letters(found, data) !== 'B')
        throw new NotApplicable('StudyDescription is no key here');
      equal(letters(found, data), 'B', 'studies found');
      equal(value(found[0], '00081030'), 'Knee MR', 'StudyDescription');
    },
  }),
  row({
    id: 'search-json-default',
    section: '10.6.4',
    statement: 'application/dicom+json is the answer to */*',
    given: searchStudies,
    request: (data) => ({ path: `/studies?StudyInstanceUID=${data.A.study}`, headers: { accept: '*/*' } }),
    expect: (answer) => equal(datasets(answer).length, 1, 'results'),
  }),
  row({
    id: 'search-json-plain',
    section: '10.6.4',
    level: 'optional',
    statement: 'application/json is understood as DICOM JSON',
    given: searchStudies,
    request: (data) => ({
      path: `/studies?StudyInstanceUID=${data.A.study}`,
      headers: { accept: 'application/json' },
    }),
    expect: (answer, data) => {
      status(answer, 200);
      const [found] = JSON.parse(answer.body.toString()) as JsonDataset[];
      equal(value(found, '0020000D'), data.A.study, 'StudyInstanceUID');
    },
  }),
  row({
    id: 'search-xml',
    section: '10.6.4',
    statement: 'Results come as multipart of application/dicom+xml too, one part a result',
    given: searchStudies,
    request: (data) => ({
      path: `/studies?${data.scope}`,
      headers: { accept: 'multipart/related; type="application/dicom+xml"' },
    }),
    expect: (answer, data) => {
      status(answer, 200);
      const found = parts(answer);
      equal(found.length, 5, 'parts');
      for (const part of found) {
        holds(
          part.headers['content-type']?.startsWith('application/dicom+xml') === true,
          `content type of a part; seen ${part.headers['content-type'] ?? 'none'}`,
        );
        holds(part.body.includes('<NativeDicomModel'), 'a part is a NativeDicomModel');
      }
      const text = found.map((part) => part.body.toString('utf8')).join('\n');
      for (const letter of ['A', 'B', 'C', 'D', 'E'] as Letter[])
        holds(text.includes(data[letter].study), `study ${letter} is in it`);
      holds(text.includes('王') && text.includes('Ideographic'), 'names have their groups (PS3.19 A.1.5)');
    },
  }),
  row({
    id: 'search-unacceptable',
    section: '8.7.8.1',
    statement: 'A media type that search does not have is answered 406',
    given: searchStudies,
    request: (data) => ({
      path: `/studies?StudyInstanceUID=${data.A.study}`,
      headers: { accept: 'image/png' },
    }),
    expect: (answer) => status(answer, 406),
  }),
  row({
    id: 'search-charset-utf8',
    section: '8.8',
    statement: 'Results are UTF-8 whatever the stored character set is',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.B.study}`),
    expect: (answer) => equal(name(datasets(answer)[0], '00100010'), 'Müller^Jörg', 'PatientName'),
  }),
  row({
    id: 'search-sorted-tags',
    section: 'F.2.2',
    statement: 'Attributes of a JSON dataset are in ascending order of their tags',
    given: searchStudies,
    request: (data) => ask(`/studies?StudyInstanceUID=${data.A.study}`),
    expect: (answer) => {
      const tags = Object.keys(datasets(answer)[0] ?? {});
      equal(tags, tags.toSorted(), 'order of tags');
    },
  }),
  row({
    id: 'search-vr-everywhere',
    section: 'F.2.2',
    statement: 'Every attribute of a result has its VR',
    given: searchStudies,
    request: (data) => ask(`/instances?${data.scope}`),
    expect: (answer) => {
      for (const dataset of datasets(answer))
        for (const [tag, attribute] of Object.entries(dataset)) {
          holds(/^[0-9A-F]{8}$/.test(tag), `${tag} is a tag of eight upper-case digits`);
          holds(/^[A-Z]{2}$/.test(attribute?.vr ?? ''), `${tag} has a vr`);
        }
    },
  }),
  row({
    id: 'search-head',
    section: 'RFC 9110 9.3.2',
    level: 'ours',
    statement: 'HEAD answers the headers of GET without the body',
    given: searchStudies,
    request: (data) => ({ method: 'HEAD', ...ask(`/studies?StudyInstanceUID=${data.A.study}`) }),
    expect: (answer) => {
      status(answer, 200);
      equal(answer.body.length, 0, 'body');
    },
  }),
  row({
    id: 'search-timezone-key',
    section: '10.6.1.2.3',
    level: 'ours',
    statement: 'TimezoneOffsetFromUTC in a search does not make it fail',
    given: searchStudies,
    request: (data) => ask(`/studies?TimezoneOffsetFromUTC=%2B0800&${data.scope}&StudyDate=20260105`),
    expect: (answer, data) => equal(letters(results(answer), data), 'A', 'studies found'),
  }),
];

/** Requests whose syntax is bad: 400 (8.3.4.1, 8.5). */
const bad: [id: string, statement: string, query: string][] = [
  ['limit-word', 'limit that is no number', 'limit=many'],
  ['limit-negative', 'limit below zero', 'limit=-1'],
  ['offset-word', 'offset that is no number', 'offset=x'],
  ['date', 'a date that is none', 'StudyDate=2026-01-05x'],
  ['date-month', 'a month beyond twelve', 'StudyDate=20261305'],
  ['twice', 'an attribute given twice', 'StudyID=SA&StudyID=SB'],
  ['includefield', 'includefield of an attribute that is none', 'includefield=NoSuchAttributeHere'],
];

const badRows = bad.map(([id, what, query]) =>
  row({
    id: `search-bad-${id}`,
    section: id === 'twice' ? '8.3.4.1' : '8.5',
    level: ['date-month', 'includefield', 'date'].includes(id) ? 'ours' : 'required',
    statement: `400 for ${what}`,
    request: (_, world: World) => ask(`/studies?${query}&PatientID=${world.run}-none`),
    expect: (answer) => status(answer, 400),
  }),
);

const unknownKey = row({
  id: 'search-unknown-parameter',
  section: '8.3.1',
  statement: 'A parameter nobody knows is refused as bad syntax or left aside, never an error of the server',
  given: searchStudies,
  request: (data) => ask(`/studies?NoSuchAttribute=1&${data.scope}`),
  expect: (answer) => status(answer, 200, 400),
});

const limitZero = row({
  id: 'search-limit-zero',
  section: '8.3.4.4.1',
  statement: 'limit=0 gives no result: 204',
  level: 'ours',
  given: searchStudies,
  request: (data) => ask(`/studies?limit=0&${data.scope}`),
  expect: (answer) => status(answer, 204),
});

export const searchRows: Row[] = [
  ...studyKeyRows,
  ...tagRows,
  ...seriesKeyRows,
  ...instanceKeyRows,
  ...MATCHING.map(matchRow),
  multipleValues,
  emptyValues,
  ...hierarchy,
  ...returnRows,
  ...responseRows,
  ...badRows,
  unknownKey,
  limitZero,
];
