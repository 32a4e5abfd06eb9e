import {
  datasets,
  equal,
  holds,
  sameBytes,
  status,
  value,
  values,
  type Attribute,
  type JsonDataset,
} from '../check.ts';
import { EVERY_VR, everything, LARGE, LONG_TEXT, NESTED } from '../material/records.ts';
import { searchStudies } from '../material/searchStudies.ts';
import { header, parts } from '../http.ts';
import { row, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';
import { bytesOf, JSON_TYPE, metadataOf, one } from './metadataAsk.ts';

/** Walks all attributes of a dataset, sequences included. */
function* attributes(
  dataset: JsonDataset,
): Generator<[tag: string, attribute: Attribute, siblings: string[]]> {
  const tags = Object.keys(dataset);
  for (const [tag, attribute] of Object.entries(dataset)) {
    yield [tag, attribute!, tags];
    if (attribute!.vr === 'SQ')
      for (const item of attribute!.Value ?? []) yield* attributes(item as JsonDataset);
  }
}

const about = (
  id: string,
  section: string,
  statement: string,
  expect: (found: JsonDataset, world: World) => void | Promise<void>,
): Row =>
  row({
    id: `metadata-${id}`,
    section,
    statement,
    given: everything,
    request: (ids) => metadataOf(ids),
    expect: (answer, _, world) => expect(one(answer), world),
  });

const vrRows: Row[] = EVERY_VR.map(({ vr, tag, json }) =>
  about(
    `vr-${vr}`,
    'F.2.3',
    `Values of VR ${vr} are as Table F.2.3-1 has them, or bulk data`,
    async (found, world) => {
      const attribute = found[tag];
      holds(attribute !== undefined, `${tag} is there`);
      equal(attribute.vr, vr, 'vr');
      if (json instanceof Uint8Array) {
        sameBytes(await bytesOf(world, attribute), json, 'bytes');
        return;
      }
      // F.2.3: DS, IS, SV and UV may be strings to keep their form.
      const seen = ['DS', 'IS', 'SV', 'UV'].includes(vr)
        ? (attribute.Value ?? []).map(Number)
        : attribute.Value;
      equal(seen, json, 'Value');
    },
  ),
);

const model: Row[] = [
  about(
    'sorted',
    'F.2.2',
    'Attributes are in ascending order of their tags, also inside sequences',
    (found) => {
      for (const [tag, , siblings] of attributes(found))
        equal(siblings, siblings.toSorted(), `order around ${tag}`);
    },
  ),
  about('tags', 'F.2.2', 'Names of attributes are tags of eight upper-case hexadecimal digits', (found) => {
    for (const [tag] of attributes(found)) holds(/^[0-9A-F]{8}$/.test(tag), `${tag} is such a tag`);
  }),
  about(
    'one-value-form',
    'F.2.2',
    'An attribute has at most one of Value, BulkDataURI and InlineBinary',
    (found) => {
      for (const [tag, { Value, BulkDataURI, InlineBinary }] of attributes(found))
        holds(
          [Value, BulkDataURI, InlineBinary].filter((each) => each !== undefined).length <= 1,
          `${tag} has one`,
        );
    },
  ),
  about('no-group-length', 'F.2.2', 'Group lengths are left out', (found) => {
    for (const [tag] of attributes(found))
      holds(!tag.endsWith('0000') || tag.startsWith('0000'), `${tag} is no group length`);
  }),
  about('no-file-meta', '10.4.1.1.2', 'File Meta Information is left out', (found) => {
    for (const tag of Object.keys(found)) holds(!tag.startsWith('0002'), `${tag} is not of group 2`);
  }),
  about('empty', 'F.2.5', 'An empty attribute has no Value', (found) => {
    equal(found['00081030']?.vr, 'LO', 'vr of StudyDescription');
    equal(Object.keys(found['00081030'] ?? {}), ['vr'], 'members of StudyDescription');
    equal(found['00080090']?.vr, 'PN', 'vr of ReferringPhysicianName');
    holds(found['00080090']?.Value === undefined, 'ReferringPhysicianName has no Value');
  }),
  about(
    'empty-among',
    'F.2.5',
    'An empty value among others is null (of a person name also an empty object)',
    (found) => {
      const seen = values(found, '00101001');
      equal(seen.length, 3, 'values of OtherPatientNames');
      holds(
        seen[1] === null || JSON.stringify(seen[1]) === '{}',
        `the second is null; seen ${JSON.stringify(seen[1])}`,
      );
      equal((seen[2] as Record<string, string>)['Alphabetic'], 'Third^Other', 'the third');
    },
  ),
  about('empty-sequence', 'F.2.5', 'An empty sequence is there without items', (found) => {
    equal(found['00081110']?.vr, 'SQ', 'vr');
    equal(values(found, '00081110').length, 0, 'items');
  }),
  about('sequence', 'F.2.4', 'Sequences hold their items as objects, at any depth', (found) => {
    const items = values(found, '00400275') as JsonDataset[];
    equal(
      items.map((item) => value(item, '00400009')),
      ['ONE', 'TWO'],
      'items',
    );
    const code = value(items[0], '00400008') as JsonDataset;
    equal([value(code, '00080100'), value(code, '00080104')], ['C1', '含义'], 'the item inside the item');
  }),
  about('private', 'F.2.2', 'Private attributes come with their creators', (found) => {
    equal(value(found, '00190010'), 'SUITE EVERY VR', 'creator of group 0019');
    equal(value(found, '00210010'), 'SUITE LARGE', 'creator of group 0021');
    holds(found['00211003']?.vr === 'SQ', 'a private sequence is a sequence');
  }),
  about(
    'large',
    'F.2.6',
    'A large binary value is complete, by BulkDataURI or inline',
    async (found, world) => sameBytes(await bytesOf(world, found['00211001']), LARGE, 'the value'),
  ),
  about(
    'large-uri',
    'F.2.6',
    'A BulkDataURI is a URI that leads somewhere from the address of the metadata',
    (found) => {
      const uri = found['00211001']?.BulkDataURI;
      if (uri !== undefined) holds(/^(https?:|\/|[\w.])/.test(uri), `a URI; seen ${uri}`);
    },
  ),
  about('nested-bulk', 'F.2.6', 'A large value inside a sequence is complete', async (found, world) => {
    const icon = value(found, '00880200') as JsonDataset;
    sameBytes(await bytesOf(world, icon['7FE00010']), NESTED, 'pixels of the icon');
  }),
  about(
    'nested-private-bulk',
    'F.2.6',
    'A large value inside a private sequence is complete',
    async (found, world) => {
      const item = value(found, '00211003') as JsonDataset;
      sameBytes(await bytesOf(world, item['00211004']), NESTED, 'the value');
    },
  ),
  about('long-text', '10.4.1.1.2', 'A text of 100 KB is complete', async (found, world) => {
    const attribute = found['00211002'];
    const text =
      attribute?.Value === undefined
        ? (await bytesOf(world, attribute)).toString('utf8').trimEnd()
        : String(attribute.Value[0]);
    equal(text.length, LONG_TEXT.length, 'length of the text');
    holds(text === LONG_TEXT, 'the text is the same');
  }),
  about('newlines', 'PS3.5 6.2', 'Line ends at the end of a text are no padding', (found) =>
    equal(value(found, '00204000'), 'a line\r\n\r\n', 'ImageComments'),
  ),
  about('padding', 'F.2.3', 'Padding of values is taken off', (found) => {
    equal(
      value(found, '00080018'),
      String(value(found, '00080018')).replace(/[\0 ]+$/, ''),
      'SOPInstanceUID',
    );
    equal(value(found, '00101010'), '042Y', 'PatientAge');
  }),
];

const levels: Row[] = [
  row({
    id: 'metadata-study',
    section: '10.4.1.1.2',
    statement: 'Metadata of a study is an array of one dataset an instance',
    given: searchStudies,
    request: (data) => ({ path: `/studies/${data.A.study}/metadata`, headers: { accept: JSON_TYPE } }),
    expect: (answer, data) =>
      equal(
        datasets(answer)
          .map((dataset) => String(value(dataset, '00080018')))
          .sort(),
        data.A.instances.flat().sort(),
        'instances',
      ),
  }),
  row({
    id: 'metadata-series',
    section: '10.4.1.1.2',
    statement: 'Metadata of a series is that of its instances alone',
    given: searchStudies,
    request: (data) => ({
      path: `/studies/${data.A.study}/series/${data.A.series[0]!}/metadata`,
      headers: { accept: JSON_TYPE },
    }),
    expect: (answer, data) =>
      equal(
        datasets(answer)
          .map((dataset) => String(value(dataset, '00080018')))
          .sort(),
        [...data.A.instances[0]!].sort(),
        'instances',
      ),
  }),
  row({
    id: 'metadata-instance',
    section: '10.4.1.1.2',
    statement: 'Metadata of an instance is an array of one',
    given: searchStudies,
    request: (data) => ({
      path: `/studies/${data.A.study}/series/${data.A.series[0]!}/instances/${data.A.instances[0]![2]!}/metadata`,
      headers: { accept: JSON_TYPE },
    }),
    expect: (answer, data) =>
      equal(value(one(answer), '00080018'), data.A.instances[0]![2], 'SOPInstanceUID'),
  }),
  ...['study', 'series', 'instance'].map((level) =>
    row({
      id: `metadata-404-${level}`,
      section: '10.4.3.1',
      statement: `404 for metadata of a ${level} that is not there`,
      given: searchStudies,
      request: (data, world) => {
        const absent = world.uid('absent');
        const path =
          level === 'study'
            ? `/studies/${absent}`
            : level === 'series'
              ? `/studies/${data.A.study}/series/${absent}`
              : `/studies/${data.A.study}/series/${data.A.series[0]!}/instances/${absent}`;
        return { path: `${path}/metadata`, headers: { accept: JSON_TYPE } };
      },
      expect: (answer) => status(answer, 404),
    }),
  ),
  row({
    id: 'metadata-pixel-data',
    section: '10.4.1.1.2',
    statement: 'Pixel Data stands in the metadata as bulk data, and its URI gives the pixels',
    given: (world) => world.image('u16'),
    request: (image) => metadataOf(image),
    expect: async (answer, image, world) =>
      sameBytes(
        (await bytesOf(world, one(answer)['7FE00010'])).subarray(0, image.frames[0]!.length),
        image.frames[0]!,
        'pixels',
      ),
  }),
  row({
    id: 'metadata-pixel-attributes',
    section: '10.4.1.1.2',
    statement: 'Attributes of the image are in the metadata as they are in the dataset',
    given: (world) => world.image('s16'),
    request: (image) => metadataOf(image),
    expect: (answer) => {
      const found = one(answer);
      equal(
        ['00280002', '00280004', '00280010', '00280011', '00280100', '00280101', '00280102', '00280103'].map(
          (tag) => value(found, tag),
        ),
        [1, 'MONOCHROME2', 24, 20, 16, 16, 15, 1],
        'Image Pixel module',
      );
    },
  }),
  row({
    id: 'metadata-json',
    section: '10.4.4',
    level: 'optional',
    statement: 'application/json is understood as DICOM JSON',
    given: everything,
    request: (ids) => metadataOf(ids, 'application/json'),
    expect: (answer) => {
      status(answer, 200);
      holds(Array.isArray(JSON.parse(answer.body.toString())), 'an array');
    },
  }),
  row({
    id: 'metadata-default',
    section: '10.4.4',
    statement: '*/* gives DICOM JSON, the default',
    given: everything,
    request: (ids) => metadataOf(ids, '*/*'),
    expect: (answer) => void one(answer),
  }),
  row({
    id: 'metadata-unacceptable',
    section: '8.7.8.1',
    statement: 'Metadata cannot be had as a picture: 406',
    given: everything,
    request: (ids) => metadataOf(ids, 'image/jpeg'),
    expect: (answer) => status(answer, 406),
  }),
  row({
    id: 'metadata-accept-parameter',
    section: '8.3.3.1',
    statement: 'The accept parameter chooses the media type',
    given: everything,
    request: (ids) => ({
      path: `${instancePath(ids)}/metadata?accept=${encodeURIComponent(JSON_TYPE)}`,
      headers: { accept: '*/*' },
    }),
    expect: (answer) => void one(answer),
  }),
  row({
    id: 'metadata-gzip',
    section: 'RFC 9110 12.5.3',
    level: 'ours',
    statement: 'Metadata comes compressed to clients that accept it',
    given: searchStudies,
    request: (data) => ({
      path: `/studies/${data.A.study}/metadata`,
      headers: { accept: JSON_TYPE, 'accept-encoding': 'gzip' },
    }),
    expect: (answer) => {
      status(answer, 200);
      equal(header(answer, 'content-encoding'), 'gzip', 'Content-Encoding');
    },
  }),
];

const xml: Row[] = [
  row({
    id: 'metadata-xml',
    section: '10.4.4',
    statement: 'Metadata comes as multipart of application/dicom+xml, one part an instance',
    given: searchStudies,
    request: (data) => ({
      path: `/studies/${data.A.study}/metadata`,
      headers: { accept: 'multipart/related; type="application/dicom+xml"' },
    }),
    expect: (answer) => {
      status(answer, 200);
      equal(parts(answer).length, 4, 'parts');
    },
  }),
  ...(
    [
      [
        'names',
        'person names have their groups and components',
        /<PersonName number="1"><Alphabetic><FamilyName>Li<\/FamilyName><GivenName>Si<\/GivenName><\/Alphabetic><Ideographic><FamilyName>李<\/FamilyName><GivenName>四/,
      ],
      [
        'keyword',
        'attributes name tag, vr and keyword',
        /<DicomAttribute(?=[^>]* tag="00101010")(?=[^>]* vr="AS")(?=[^>]* keyword="PatientAge")/,
      ],
      [
        'numbers',
        'values are numbered',
        /<Value number="1">ORIGINAL<\/Value><Value number="2">PRIMARY<\/Value><Value number="3">SUITE<\/Value>/,
      ],
      ['items', 'sequences have numbered items', /<Item number="1">.*<Item number="2">/s],
      ['private', 'private attributes name their creator', /privateCreator="SUITE EVERY VR"/],
      ['text', 'text is UTF-8', /测试医院/],
      ['bulk', 'large values stand by BulkData or inline', /<BulkData (?:uri|uuid)="|<InlineBinary>/],
    ] as [string, string, RegExp][]
  ).map(([id, what, pattern]) =>
    row({
      id: `metadata-xml-${id}`,
      section: 'PS3.19 A.1',
      statement: `In the Native DICOM Model ${what}`,
      given: everything,
      request: (ids) => metadataOf(ids, 'multipart/related; type="application/dicom+xml"'),
      expect: (answer) => {
        status(answer, 200);
        const text = parts(answer)[0]!.body.toString('utf8').replace(/>\s+</g, '><');
        holds(pattern.test(text), `${String(pattern)} occurs`);
      },
    }),
  ),
];

/** Metadata (PS3.18 10.4.1.1.2, Annex F, PS3.19 A.1). */
export const metadataRows: Row[] = [...levels, ...model, ...vrRows, ...xml];
