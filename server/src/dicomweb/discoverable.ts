import type { GrantGround } from '@hutong/storage-config';
import { appliedLabel } from './hrColumns.ts';
import type { Parameters } from './statement.ts';

/** Which studies may be found: all of some hospitals, of others those with an applied HR label. */
export interface Reach {
  all: readonly string[];
  labelled: readonly string[];
}

/** SQL condition that a study may be found, as `decide` says of it. */
export function discoverableSql(alias: string, { all, labelled }: Reach, parameters: Parameters): string {
  const of = (hospitals: readonly string[]): string =>
    `${alias}.hospital_code = ANY (${parameters.add(hospitals, 'text[]')})`;
  return `(${of(all)} OR ${of(labelled)} AND ${appliedLabel(`${alias}.study_id`)})`;
}

/** Grounds that can open a study: recognition is of a label. */
export const groundsOf = (grounds: readonly string[], labelled: boolean): GrantGround[] =>
  (['recognition', 'patientPresent', 'consent', 'breakGlass'] as const).filter(
    (ground) => grounds.includes(ground) && (ground !== 'recognition' || labelled),
  );
