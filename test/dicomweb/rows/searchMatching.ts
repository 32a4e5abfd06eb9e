import { equal, results } from '../check.ts';
import { searchStudies } from '../material/searchStudies.ts';
import { header } from '../http.ts';
import { row, type Row } from '../row.ts';
import { ask, encode, letters, matchRow, type MatchPlan } from './searchAsk.ts';

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
  {
    id: 'search-physician-ideographic',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'The ideographic group of ReferringPhysicianName can be searched',
    query: `ReferringPhysicianName=${encode('张*')}`,
    found: 'A',
    level: 'ours',
  },
  {
    id: 'search-physician-groups',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'Each group of ReferringPhysicianName is compared with the same group of the key',
    query: `ReferringPhysicianName=${encode('Zhang*==チャン*')}`,
    found: 'C',
    level: 'ours',
  },
  {
    id: 'search-name-empty',
    section: 'PS3.5 6.2.1',
    statement: 'A key that is a name without any component matches all names',
    query: `PatientName=${encode('^')}`,
    found: 'ABCDE',
    level: 'ours',
  },
  {
    id: 'search-name-dot',
    section: 'PS3.4 C.2.2.2.1',
    statement: 'Dots and spaces in names in Han characters do not count',
    query: `PatientName=${encode('王·小明')}`,
    found: 'A',
    level: 'ours',
  },
  // Percent-encoding.
  {
    id: 'search-percent-caret',
    section: '8.3.1',
    statement: 'A percent-encoded circumflex is the one between components of a name',
    query: 'ReferringPhysicianName=Li%5ENa',
    found: 'B',
  },
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

/** It says how other keys are encoded; a server that warns of it as ignored misleads. */
const characterSet = row({
  id: 'search-character-set',
  section: 'PS3.4 C.2.2.2',
  level: 'ours',
  statement: 'SpecificCharacterSet in a query is never matched, and is not warned of',
  given: searchStudies,
  request: (data) => ask(`/studies?SpecificCharacterSet=${encode('ISO_IR 192')}&${data.scope}`),
  expect: (answer, data) => {
    equal(letters(results(answer), data), 'ABCDE', 'studies found');
    equal(header(answer, 'warning'), undefined, 'Warning');
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

export const searchMatchingRows: Row[] = [
  ...MATCHING.map(matchRow),
  multipleValues,
  characterSet,
  emptyValues,
];
