import { equal, name, value, type JsonDataset } from '../check.ts';
import { CHARACTER_SETS, record, type Identity } from '../material/records.ts';
import { row, type Row } from '../row.ts';
import type { World } from '../world.ts';
import { JSON_TYPE, metadataOf, one } from './metadataAsk.ts';

const characterSets: Row[] = CHARACTER_SETS.flatMap((set) => {
  const given = (world: World): Promise<Identity> =>
    record(world, `charset-${set.id}`, {
      SpecificCharacterSet: set.term === '' ? undefined : set.term,
      PatientName: { vr: 'PN', value: set.bytes },
      PatientID: `${world.run}-CS-${set.id}`.slice(0, 64),
    });
  const read = (found: JsonDataset): void => {
    equal(name(found, '00100010'), set.alphabetic, 'alphabetic group');
    if (set.ideographic !== undefined)
      equal(name(found, '00100010', 'Ideographic'), set.ideographic, 'ideographic group');
    if (set.phonetic !== undefined)
      equal(name(found, '00100010', 'Phonetic'), set.phonetic, 'phonetic group');
  };
  const what =
    set.wrong === true
      ? `whose declaration (${set.term === '' ? 'none' : set.term}) is wrong`
      : `in ${set.term === '' ? 'the default repertoire' : set.term}`;
  return [
    row({
      id: `charset-metadata-${set.id}`,
      section: '8.8',
      level: set.wrong === true ? 'ours' : 'required',
      statement: `A name ${what} is right UTF-8 in the metadata`,
      given,
      request: (ids) => metadataOf(ids),
      expect: (answer) => read(one(answer)),
    }),
    row({
      id: `charset-search-${set.id}`,
      section: '8.8',
      level: set.wrong === true ? 'ours' : 'required',
      statement: `A name ${what} is right UTF-8 in search results`,
      given,
      request: (ids) => ({
        path: `/studies?StudyInstanceUID=${ids.studyInstanceUid}`,
        headers: { accept: JSON_TYPE },
      }),
      expect: (answer) => read(one(answer)),
    }),
  ];
});

const stringsInSets: Row[] = [
  row({
    id: 'charset-find-gb18030',
    section: 'PS3.4 C.2.2.2',
    level: 'ours',
    statement: 'A UTF-8 query finds a name stored as GB18030',
    given: async (world) => {
      const set = CHARACTER_SETS.find(({ id }) => id === 'gb18030')!;
      return record(world, 'charset-gb18030', {
        SpecificCharacterSet: set.term,
        PatientName: { vr: 'PN', value: set.bytes },
        PatientID: `${world.run}-CS-gb18030`,
      });
    },
    request: (_, world) => ({
      path: `/studies?PatientName=${encodeURIComponent('王^小东')}&PatientID=${world.run}-CS-gb18030`,
      headers: { accept: JSON_TYPE },
    }),
    expect: (answer, ids) => equal(value(one(answer), '0020000D'), ids.studyInstanceUid, 'StudyInstanceUID'),
  }),
  row({
    id: 'charset-source-kept',
    section: 'F.2.2',
    level: 'optional',
    statement: 'SpecificCharacterSet in metadata is the one of the stored dataset',
    given: async (world) =>
      record(world, 'charset-gbk', {
        SpecificCharacterSet: 'GBK',
        PatientName: { vr: 'PN', value: CHARACTER_SETS.find(({ id }) => id === 'gbk')!.bytes },
        PatientID: `${world.run}-CS-gbk`,
      }),
    request: (ids) => metadataOf(ids),
    expect: (answer) => equal(value(one(answer), '00080005'), 'GBK', 'SpecificCharacterSet'),
  }),
];

/** Character sets (PS3.18 8.8, PS3.5 6.1). */
export const characterSetRows: Row[] = [...characterSets, ...stringsInSets];
