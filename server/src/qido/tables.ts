import type { Parameters } from '../dicomweb/statement.ts';
import type { Level } from './attributes.ts';

/** Names under which the tables of the levels stand in a statement. */
export interface Aliases {
  study: string;
  series: string;
  instance: string;
}

/** Where a search takes place: everywhere, or inside the study and series of the path. */
export interface SearchPath {
  studyInstanceUid: string | null;
  seriesInstanceUid: string | null;
}

/** The names of what is found. */
export const FIRST: Aliases = { study: 's', series: 'e', instance: 'i' };
/** A second set of names, for other copies of what was found. */
export const OTHER: Aliases = { study: 'os', series: 'oe', instance: 'oi' };

/** FROM of a level: its table joined with those above. */
export const JOINS: Record<Level, (a: Aliases) => string> = {
  study: (a) => `study ${a.study}`,
  series: (a) => `study ${a.study} JOIN series ${a.series} ON ${a.series}.study_id = ${a.study}.study_id`,
  instance: (a) =>
    `${JOINS.series(a)} JOIN instance ${a.instance} ON ${a.instance}.series_id = ${a.series}.series_id`,
};

/** Conditions that rows belong to what the path names. */
export function pathSql(path: SearchPath, aliases: Aliases, parameters: Parameters): string[] {
  const { studyInstanceUid: study, seriesInstanceUid: series } = path;
  return [
    ...(study === null ? [] : [`${aliases.study}.study_instance_uid = ${parameters.add(study, 'text')}`]),
    ...(series === null ? [] : [`${aliases.series}.series_instance_uid = ${parameters.add(series, 'text')}`]),
  ];
}
