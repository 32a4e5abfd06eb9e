import type { DicomJson, DicomJsonAttribute, PersonName } from '@hutong/dicom';
import type { ListedDataset } from '@hutong/storage-config';
import { serialiseDicomJson } from '@hutong/dicom';
import { hrAttributes } from '../dicomweb/hrAttributes.ts';
import { hrFacts, type HrRow } from '../dicomweb/hrColumns.ts';
import { isAtOrAbove, type Level, SEARCH_ATTRIBUTES, type SearchAttribute } from './attributes.ts';
import { tagIn } from './datasetKeys.ts';
import { levelOf, type SearchQuery } from './parseQuery.ts';
import type { SearchPath } from './tables.ts';

/** A row of {@link searchStatement}: columns of the levels under `<level>_<column>`, and what stands beside. */
export interface SearchRow extends HrRow, Record<string, unknown> {
  /** In a union, the studies of all that was found that another hospital stored before; the same in every row. */
  later?: number[];
  /** Whether another hospital in view has the study too. */
  copied?: boolean;
  /** Over all copies that are shown, where the study has several. */
  united?: United | null;
  listed?: ListedDataset | null;
  remaining: number;
}

/** Counts over several copies. */
export interface United {
  /** Of the study. */
  series: number;
  instances: number;
  modalities: string[];
  /** Of the series of the row; null: the row is of a study. */
  instancesOfSeries: number | null;
}

export interface ResultContext {
  query: SearchQuery;
  path: SearchPath;
  /** Root the Retrieve URLs begin with. */
  rootUrl: string;
}

type Entry = [tag: string, json: string];
type Column = (row: SearchRow) => string;

/**
 * Prepares writing the matches of one search in the DICOM JSON Model, attributes ascending by tag
 * (PS3.18 10.6.3.3, Annex F). `dataset` is what includefield needs beside the columns.
 */
export function resultWriter(context: ResultContext): (row: SearchRow, dataset: DicomJson | null) => string {
  const { query } = context;
  const columns = columnsOf(context);
  const split = columns.findIndex(([tag]) => tag > '0009');
  const [before, after] = split < 0 ? [columns, []] : [columns.slice(0, split), columns.slice(split)];
  return (row, dataset) => {
    const own = written(before, row);
    if (query.level === 'study')
      own.push(
        ...hrAttributes(hrFacts(row)).map(([tag, attribute]): Entry => [tag, JSON.stringify(attribute)]),
      );
    own.push(...written(after, row));
    if (dataset !== null) {
      own.push(...fromDataset(dataset, query, new Set(own.map(([tag]) => tag))));
      own.sort(([a], [b]) => (a < b ? -1 : 1));
    }
    return `{${own.map(([tag, json]) => `"${tag}":${json}`).join(',')}}`;
  };
}

const written = (columns: readonly [string, Column][], row: SearchRow): Entry[] => {
  const entries: Entry[] = [];
  for (const [tag, json] of columns) {
    const text = json(row);
    if (text !== '') entries.push([tag, text]);
  }
  return entries;
};

function columnsOf(context: ResultContext): [tag: string, json: Column][] {
  const { query, path, rootUrl } = context;
  const columns: [string, Column][] = [
    ['00080005', () => '{"vr":"CS","Value":["ISO_IR 192"]}'],
    ['00081190', (row) => `{"vr":"UR","Value":[${JSON.stringify(retrieveUrl(row, query.level, rootUrl))}]}`],
  ];
  if (query.level !== 'series') columns.push(['00080056', () => '{"vr":"CS","Value":["ONLINE"]}']);
  for (const attribute of SEARCH_ATTRIBUTES) {
    if (isShown(attribute, query, path)) columns.push([attribute.tag, columnJson(attribute)]);
  }
  return columns.sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Attributes of the level asked for; of the levels above only their UIDs and the time zone inside a path that names them, all of them
 * where the path leaves them open (PS3.18 10.6.3.3: All Series, All Instances, Study's Instances).
 */
function isShown(attribute: SearchAttribute, query: SearchQuery, path: SearchPath): boolean {
  if (attribute.returned === 'never' || !isAtOrAbove(attribute.level, query.level)) return false;
  if (query.include.all || query.include.tags.has(attribute.tag)) return true;
  if (attribute.returned === 'asked') return false;
  if (attribute.level === query.level) return true;
  // Of the levels above: what names them, and what the times of this one are to be read by.
  if (EVERYWHERE.has(attribute.tag)) return true;
  const named = attribute.level === 'study' ? path.studyInstanceUid : path.seriesInstanceUid;
  return named === null;
}

const EVERYWHERE: ReadonlySet<string> = new Set(['00080201', '0020000D', '0020000E']);

function retrieveUrl(row: SearchRow, level: Level, rootUrl: string): string {
  const uid = (name: string): string => String(row[name]);
  let url = `${rootUrl}/studies/${uid('study_study_instance_uid')}`;
  if (level !== 'study') url += `/series/${uid('series_series_instance_uid')}`;
  if (level === 'instance') url += `/instances/${uid('instance_sop_instance_uid')}`;
  return url;
}

/** The attribute as JSON text; empty where it has no value and is left out then. */
function columnJson(attribute: SearchAttribute): Column {
  const { vr, returned } = attribute;
  const empty = returned === 'known' ? '' : `{"vr":"${vr}"}`;
  const values = columnValues(attribute);
  return (row) => {
    const own = values(row);
    return own.length === 0 ? empty : `{"vr":"${vr}","Value":${JSON.stringify(own)}}`;
  };
}

function columnValues(attribute: SearchAttribute): (row: SearchRow) => unknown[] {
  const { tag, column, level } = attribute;
  const name = `${level}_${column}`;
  const own = (row: SearchRow): unknown[] => {
    const value = row[name];
    if (Array.isArray(value)) return value;
    return value === null || value === undefined || value === '' ? [] : [value];
  };
  if (attribute.matching === 'personName') {
    const group = (row: SearchRow, suffix: string): string => textOf(row[`${column}_${suffix}`]);
    return (row) => personName(group(row, 'alphabetic'), group(row, 'ideographic'), group(row, 'phonetic'));
  }
  if (attribute.matching === 'personNameText') {
    return (row) => {
      const [alphabetic = '', ideographic = '', phonetic = ''] = textOf(row[name]).split('=');
      return personName(alphabetic, ideographic, phonetic);
    };
  }
  if (tag === '00201206') return (row) => (row.united == null ? own(row) : [row.united.series]);
  if (tag === '00201208') return (row) => (row.united == null ? own(row) : [row.united.instances]);
  if (tag === '00201209')
    return (row) => (row.united?.instancesOfSeries == null ? own(row) : [row.united.instancesOfSeries]);
  if (tag === '00080061') return (row) => row.united?.modalities ?? own(row);
  return own;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function personName(alphabetic: string, ideographic: string, phonetic: string): PersonName[] {
  const name: PersonName = {};
  if (alphabetic !== '') name.Alphabetic = alphabetic;
  if (ideographic !== '') name.Ideographic = ideographic;
  if (phonetic !== '') name.Phonetic = phonetic;
  return Object.keys(name).length === 0 ? [] : [name];
}

/** What includefield asks for and only the dataset holds, without attributes of a lower level. */
function fromDataset(dataset: DicomJson, query: SearchQuery, present: ReadonlySet<string>): Entry[] {
  const { include, level } = query;
  const wanted = new Set<string>();
  for (const tag of include.all ? Object.keys(dataset) : include.tags) {
    if (!isAtOrAbove(levelOf(tag, include), level)) continue;
    wanted.add(tag);
    if (isPrivate(tag) && dataset[tag] !== undefined) wanted.add(creatorOf(tag));
  }
  for (const step of include.private) {
    // A private attribute comes with the element that reserves its block (PS3.18 10.6.3.3).
    const tag = tagIn(dataset, step);
    if (tag !== null && dataset[tag] !== undefined) wanted.add(tag).add(creatorOf(tag));
  }
  return [...wanted].flatMap((tag): Entry[] => {
    const attribute = dataset[tag];
    if (attribute === undefined || present.has(tag) || hasBulkData(attribute)) return [];
    return [[tag, attributeText(tag, attribute)]];
  });
}

const isPrivate = (tag: string): boolean => /^[0-9A-F]{3}[13579BDF][1-9A-F]/.test(tag);
const creatorOf = (tag: string): string => `${tag.slice(0, 4)}00${tag.slice(4, 6)}`;

/** Values kept by reference are left out of results, a sequence that holds one too. */
function hasBulkData({ BulkDataURI, Value, vr }: DicomJsonAttribute): boolean {
  if (BulkDataURI !== undefined) return true;
  if (vr !== 'SQ') return false;
  return (Value ?? []).some((item) => Object.values((item ?? {}) as DicomJson).some(hasBulkData));
}

/** Items of sequences are written in ascending order of their tags too. */
function attributeText(tag: string, attribute: DicomJsonAttribute): string {
  return serialiseDicomJson({ [tag]: attribute }).slice(tag.length + 4, -1);
}
