import {
  COMPRESSED_FROM,
  DATASET_REPRESENTATIONS,
  HR_SEARCH_ATTRIBUTES,
  type Level,
  type Matching,
  MAX_COUNTED,
  MAX_HEADER_BYTES,
  MAX_MATCHED,
  MAX_OFFSET,
  MAX_RESULTS,
  MAX_SEARCH_ATTRIBUTES,
  MAX_VALUES,
  SEARCHABLE_VRS,
  SEARCH_ATTRIBUTES,
  SEARCH_CONTROLS,
  type SearchAttribute,
  SERIES_DATASET_TAGS,
  STUDY_DATASET_TAGS,
  WALK_HOURS,
} from '@hutong/server/statement';
import { attribute } from '@hutong/dicom';
import { code, table, tagText } from './markdown.ts';

const MATCHING: Record<Matching, string> = {
  text: 'single value, wildcard, list',
  uid: 'list of UIDs',
  date: 'single value, range',
  time: 'single value, range',
  integer: 'single value, list',
  personName: 'person name: wildcard by component group, fuzzy',
  personNameText: 'person name: wildcard by component group, fuzzy',
  textList: 'single value, wildcard, list, against any value',
  uidList: 'list of UIDs, against any value',
  requestAttribute: 'single value, wildcard, list, in any item',
  hrLabel: 'single value, wildcard, list, against labels in force',
  hrVerdict: 'single value, wildcard, list, in one item together with the other key',
};

const RETURNED: Record<SearchAttribute['returned'], string> = {
  always: 'always',
  known: 'when it has a value',
  asked: 'by includefield or as a key',
  never: 'no (key only)',
};

const CONTROLS: Record<string, string> = {
  limit: `a whole number; at most ${MAX_RESULTS.everywhere} results, ${MAX_RESULTS.inStudy} inside one study, which are also the defaults`,
  offset: `a whole number, 0 when absent; above ${MAX_OFFSET} only where the pages before it were asked for`,
  includefield:
    'keywords or tags, by comma or repeated; `all`. Of an attribute inside a sequence the whole sequence is returned; a private one comes with its creator: from the block of the creator that the query names, else under just this tag',
  fuzzymatching: '`true` or `false`; see person names',
  emptyvaluematching: 'accepted; a key of `""` matches an empty attribute whether it is given or not',
  multiplevaluematching:
    '`true`: of an attribute with several values all values of the list must be there (PS3.4 C.2.2.2.8). Else any of them; lists of single-valued attributes mean any of them either way',
  accept: 'as the header Accept, before it',
};

const keyRow = (entry: SearchAttribute): string[] => [
  entry.keyword,
  tagText(entry.tag),
  entry.vr,
  entry.matching === null ? '—' : MATCHING[entry.matching],
  RETURNED[entry.returned],
];

function keysOf(level: Level): string {
  const rows = SEARCH_ATTRIBUTES.filter((entry) => entry.level === level).map(keyRow);
  return `**${level[0]?.toUpperCase()}${level.slice(1)} level**\n\n${table(['attribute', 'tag', 'VR', 'matching', 'returned'], rows)}`;
}

/** What the parser takes must be what is told here. @throws Error when a parameter has no words */
function controlRows(): string[][] {
  return [...SEARCH_CONTROLS].map((name) => {
    const words = CONTROLS[name];
    if (words === undefined) throw new Error(`the search parameter ${name} is not described`);
    return [code(name), words];
  });
}

const names = (tags: ReadonlySet<string>): string =>
  [...tags].map((tag) => attribute(tag)?.keyword ?? tagText(tag)).join(', ');

/** QIDO-RS (PS3.18 10.6). */
export function searchSection(): string {
  const types = DATASET_REPRESENTATIONS.map(({ mediaType, multipart }) =>
    code(multipart ? `multipart/related; type="${mediaType}"` : mediaType),
  );
  return `### Search (QIDO-RS, PS3.18 10.6)

Media types: ${types.join(', ')}; the first is the default.

${table(['query parameter', 'support'], controlRows())}

Any other parameter is an attribute by keyword or tag (\`ggggeeee\`), a path inside a sequence joined by dots. What is neither is answered 400, \`charset\` included. Matching is case-sensitive except for person names. Values of a list are separated by backslashes; of UIDs, whole numbers and code strings by commas too. A key without a value asks for the attribute to be returned. StudyDate with StudyTime, both as ranges, is one range of date and time. Keys inside one sequence must be met by one of its items. What a key names is returned too. A key of another level than those of the resource and above is ignored with a Warning (299).

**Other attributes.** Where the path names a study and the resource is series or instances, any other attribute of these levels is matched over the stored datasets, with the matching of its VR: text with wildcards, UIDs, dates and times with ranges, numbers, person names, also inside sequences; a series matches by any of its instances. A private attribute needs its creator as a key (\`00190010=ACME 1.0&00191002=…\`), whatever block the datasets have it in. At most ${MAX_MATCHED.instances} instances and ${MAX_MATCHED.bytes / 1024 / 1024} MB (compressed) are read; of a larger study these keys are ignored. A key that is ignored, here or where the path names no study, is named by a Warning header (299); the other keys hold.

**Attributes made searchable.** The operator of an installation can make up to ${MAX_SEARCH_ATTRIBUTES} further attributes of the dataset, private ones by their creator included, searchable wherever a search takes place (\`hutong search-attribute\`), each at the level the operator names. Their VR is one of ${Object.keys(SEARCHABLE_VRS).toSorted().join(', ')}. They are matched by the rules of their VR: text with wildcards and lists, lists of UIDs and numbers (compared as numbers), DA, TM and DT with ranges, each by itself and without regard to time zones, person names literally by component group (with \`fuzzymatching=true\` a Warning says so), \`""\` where there is no value. Of an attribute with several values each counts, up to 100 of 320 characters. A study or series has the values of all of its instances; a key of a lower level than the results narrows them, keys of different attributes by whatever instances, and is not returned. Instances are found by such a key from when they are stored; until those stored before were read, the key is ignored with a Warning, and inside one study matched as any other attribute. Retrieve Capabilities does not list them.

**Time zones.** With \`TimezoneOffsetFromUTC\` (as \`%2B0800\`) dates and times of the keys are of that zone and are compared as instants with those of studies whose own offset is known; others are compared as they stand. Results have the dates and times of the tables below as YYYYMMDD and HHMMSS with the fraction that was stored, whatever form the stored object has them in: minutes and seconds that were left out are 00, YYYY.MM.DD and HH:MM:SS are written as today, and what is no date or time counts as empty. Attributes beyond the tables are as they were stored. Nothing is converted into another zone: the offset of the study stands beside (0008,0201) where it is known.

**Person names.** PatientName and ReferringPhysicianName are compared and returned with all their component groups. Case, accents and full-width forms do not count; letters that stand for others count as these (ł as l, ø as o, đ and ð as d, ħ as h, ŧ as t, ı as i, ß as ss, æ as ae, œ as oe, þ as th); several spaces are one, and those at the ends of components do not count. A key without \`=\` is compared with each component group, one with \`=\` group by group; \`*\` and \`?\` are wildcards; a key or group without any component (\`^\`) matches all. With a key in Han characters spaces, dots (·), \`^\` and other separators do not count: 阿卜杜拉买买提 finds 阿卜杜拉·买买提. With \`fuzzymatching=true\` each word of the key begins a word of the name in any group, in any order, and patient names in Han characters are found in pinyin: 张伟 by \`zhang\`, \`wei\`, \`zhangwei\`, \`zhang wei\` and the initials \`zw\`. The first character is read as a surname (单 shan, 曾 zeng, 解 xie, 仇 qiu); ü is found by v, u and yu. Wildcards do nothing with it.

**Order and pages.** Newest study first, by StudyDate and then by when it was first stored; inside a study by SeriesNumber and InstanceNumber, where the path or a key names one StudyInstanceUID over the copies of all hospitals, else inside each copy. A client that goes on at the offset where its last page ended goes on behind the last result of that page, whatever was stored or deleted since: nothing is left out or shown twice. This holds for ${WALK_HOURS} hour after each page, for the same credential and the same keys; any other offset counts from the newest study.

${keysOf('study')}

${keysOf('series')}

${keysOf('instance')}

**Private keys** (study level, block 10 unless the query reserves another by its creator key)

${table(['attribute', 'tag', 'VR', 'matching', 'returned'], HR_SEARCH_ATTRIBUTES.map(keyRow))}

Queries are UTF-8: SpecificCharacterSet as a key is taken without effect (PS3.4 C.2.2.2). Every result has SpecificCharacterSet \`ISO_IR 192\` and RetrieveURL; those of studies and instances InstanceAvailability \`ONLINE\`; those of studies the private block of the HR label. Series and instance results hold the attributes of the levels above where the path leaves them open, else their UIDs and the time zone alone.

With \`includefield\`, attributes of the dataset beyond the tables are returned too, except values kept as bulk data. These count as attributes of the study, from one of its instances: ${names(STUDY_DATASET_TAGS)}. These of the series: ${names(SERIES_DATASET_TAGS)}. All others are of the instance.

Under \`/dicomweb\` the results are the union of the hospitals in view, each study, series and instance once, as the copy that matches of the hospital that stored the study first. Counts (0020,1206), (0020,1208), (0020,1209) and ModalitiesInStudy are of all copies that are shown. Copies of another patient than the first are not shown (see Networking); \`Warning: 299\` names those of studies among the results, and those that the keys would have found, with the root under which each is had.

**Size.** Answers from ${COMPRESSED_FROM / 1024} KB on are sent with Content-Encoding \`gzip\` to clients that take it. A key lists up to ${MAX_VALUES} values; the request line and the headers may have ${MAX_HEADER_BYTES / 1024} KB, which that many UIDs have room in; a larger request is answered 431. A limit beyond the maximum is the maximum, however large.

${table(
  ['status', 'meaning'],
  [
    [
      200,
      `Results. When there are more, \`Warning: 299\` says how many remain, up to ${MAX_COUNTED}; beyond, that there are at least so many.`,
    ],
    [204, 'No result.'],
    [400, 'A parameter is unknown, repeated, or its value does not fit; the detail names it.'],
    [401, 'No valid credential.'],
    [403, 'The credential lacks the scope `read`.'],
    [406, 'None of the media types can be answered.'],
    [413, 'The query takes too long, asks for too much of datasets, or for an offset too far.'],
    [503, 'The index does not answer.'],
  ],
)}`;
}
