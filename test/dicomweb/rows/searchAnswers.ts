import { datasets, equal, holds, name, results, status, value, type JsonDataset } from '../check.ts';
import { searchStudies, type Letter } from '../material/searchStudies.ts';
import { header, parts, type Answer } from '../http.ts';
import { row, type Row } from '../row.ts';
import { NotApplicable, type World } from '../world.ts';
import { ask, encode, letters, TAG } from './searchAsk.ts';

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
    id: 'search-limit-large',
    section: '8.3.4.4.1',
    statement: 'A limit above what the server returns at most is no error: the results are the least of both',
    given: searchStudies,
    request: (data) => ask(`/studies?${data.scope}&limit=2147483647`),
    expect: (answer, data) => equal(letters(datasets(answer), data), 'ABCDE', 'studies'),
  }),
  row({
    id: 'search-coding-refused',
    section: 'RFC 9110 12.5.3',
    statement: 'A content coding with a weight of 0 is not used',
    given: searchStudies,
    request: (data) => ({
      ...ask(`/instances?${data.scope}`),
      headers: { ...ask('/instances').headers, 'accept-encoding': 'gzip;q=0, br;q=0, identity' },
    }),
    expect: (answer) => {
      status(answer, 200);
      equal(header(answer, 'content-encoding') ?? 'identity', 'identity', 'Content-Encoding');
    },
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

export const searchAnswerRows: Row[] = [...responseRows, ...badRows, unknownKey, limitZero];
