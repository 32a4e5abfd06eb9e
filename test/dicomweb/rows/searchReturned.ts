import { datasets, equal, holds, name, value, values, type JsonDataset } from '../check.ts';
import { searchStudies, type SearchData } from '../material/searchStudies.ts';
import { row, type Row } from '../row.ts';
import type { World } from '../world.ts';
import { ask } from './searchAsk.ts';

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

export const searchReturnedRows: Row[] = [
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
  returned(
    'study',
    '00080090',
    'ReferringPhysicianName-ideographic',
    '10.6.3.3.1',
    () => '张^伟',
    (dataset, tag) => name(dataset, tag, 'Ideographic'),
  ),
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
