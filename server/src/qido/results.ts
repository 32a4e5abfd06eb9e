import type { DicomJson, DicomJsonAttribute, PersonName } from '@hutong/dicom';
import { hrAttributes } from '../dicomweb/hrAttributes.ts';
import { hrFacts, type HrRow } from '../dicomweb/hrColumns.ts';
import {
  datasetLevel,
  isAtOrAbove,
  type Level,
  SEARCH_ATTRIBUTES,
  type SearchAttribute,
} from './attributes.ts';
import type { SearchQuery } from './parseQuery.ts';
import type { SearchPath } from './statement.ts';

/** A row of {@link searchStatement}: columns of the levels under `<level>_<column>`, and what stands beside. */
export interface SearchRow extends HrRow, Record<string, unknown> {
  united?: { series?: number; instances: number; modalities?: string[] | null } | null;
  dataset?: string | null;
  remaining: number;
}

export interface ResultContext {
  query: SearchQuery;
  path: SearchPath;
  /** Root the Retrieve URLs begin with. */
  rootUrl: string;
}

/** One match in the DICOM JSON Model, ascending by tag (PS3.18 10.6.3.3, Annex F). */
export function searchResult(row: SearchRow, context: ResultContext): DicomJson {
  const { query, path } = context;
  const entries: [string, DicomJsonAttribute][] = [
    ['00080005', { vr: 'CS', Value: ['ISO_IR 192'] }],
    ['00081190', { vr: 'UR', Value: [retrieveUrl(row, query.level, context.rootUrl)] }],
  ];
  if (query.level !== 'series') entries.push(['00080056', { vr: 'CS', Value: ['ONLINE'] }]);
  for (const attribute of SEARCH_ATTRIBUTES) {
    if (!isShown(attribute, query, path)) continue;
    const json = columnJson(attribute, row);
    if (json.Value === undefined && attribute.returned === 'known') continue;
    entries.push([attribute.tag, json]);
  }
  if (query.level === 'study') entries.push(...hrAttributes(hrFacts(row)));
  if (typeof row.dataset === 'string')
    entries.push(...fromDataset(row.dataset, query, new Set(entries.map(([tag]) => tag))));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Attributes of the level asked for; of the levels above only their UIDs inside a path that names them, all of them
 * where the path leaves them open (PS3.18 10.6.3.3: All Series, All Instances, Study's Instances).
 */
function isShown(attribute: SearchAttribute, query: SearchQuery, path: SearchPath): boolean {
  if (attribute.returned === 'never' || !isAtOrAbove(attribute.level, query.level)) return false;
  if (query.include.all || query.include.tags.has(attribute.tag)) return true;
  if (attribute.returned === 'asked') return false;
  if (attribute.level === query.level) return true;
  if (attribute.tag === '0020000D' || attribute.tag === '0020000E') return true;
  const named = attribute.level === 'study' ? path.studyInstanceUid : path.seriesInstanceUid;
  return named === null;
}

function retrieveUrl(row: SearchRow, level: Level, rootUrl: string): string {
  const uid = (name: string): string => String(row[name]);
  let url = `${rootUrl}/studies/${uid('study_study_instance_uid')}`;
  if (level !== 'study') url += `/series/${uid('series_series_instance_uid')}`;
  if (level === 'instance') url += `/instances/${uid('instance_sop_instance_uid')}`;
  return url;
}

function columnJson(attribute: SearchAttribute, row: SearchRow): DicomJsonAttribute {
  const { vr, tag } = attribute;
  const values = columnValues(attribute, row, tag);
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function columnValues(attribute: SearchAttribute, row: SearchRow, tag: string): unknown[] {
  const { united } = row;
  if (united != null) {
    if (tag === '00201206') return [united.series];
    if (tag === '00201208' || tag === '00201209') {
      // At the series level the study's own count is of one copy and not united.
      if (tag === '00201209' || united.series !== undefined) return [united.instances];
    }
    if (tag === '00080061' && united.modalities != null) return united.modalities;
  }
  if (attribute.matching === 'personName') {
    const group = (name: string): string => textOf(row[`${attribute.column}_${name}`]);
    return personName(group('alphabetic'), group('ideographic'), group('phonetic'));
  }
  const value = row[`${attribute.level}_${attribute.column}`];
  if (attribute.matching === 'personNameText') {
    const [alphabetic = '', ideographic = '', phonetic = ''] = textOf(value).split('=');
    return personName(alphabetic, ideographic, phonetic);
  }
  if (Array.isArray(value)) return value;
  return value === null || value === undefined || value === '' ? [] : [value];
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
function fromDataset(
  text: string,
  query: SearchQuery,
  present: ReadonlySet<string>,
): [string, DicomJsonAttribute][] {
  const dataset = JSON.parse(text) as DicomJson;
  return Object.entries(dataset).filter(
    ([tag, attribute]) =>
      !present.has(tag) &&
      attribute.BulkDataURI === undefined &&
      (query.include.all || query.include.tags.has(tag)) &&
      isAtOrAbove(datasetLevel(tag), query.level),
  );
}
