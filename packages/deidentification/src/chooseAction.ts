import type { ProfileOptions } from './options.ts';
import type { OptionColumn, ProfileRow } from './profileTable.ts';

/**
 * What becomes of an attribute: `X` removed, `Z` emptied, `D` replaced by a dummy value, `K` kept, `C` cleaned, `U` its
 * UIDs replaced.
 */
export type Action = 'X' | 'Z' | 'D' | 'K' | 'C' | 'U';

/** Columns of Table E.1-1 that the options switch on. */
export function activeColumns(options: ProfileOptions): OptionColumn[] {
  const columns: [OptionColumn, boolean][] = [
    ['u', options.retainUids],
    ['d', options.retainDeviceIdentity],
    ['i', options.retainInstitutionIdentity],
    ['p', options.retainPatientCharacteristics],
    ['f', options.dates === 'keep'],
    ['m', options.dates === 'shift'],
    ['t', options.cleanDescriptors],
    ['s', options.cleanStructuredContent],
    ['g', options.cleanGraphics],
  ];
  return columns.flatMap(([column, on]) => (on ? [column] : []));
}

/** Sequences of which dummy items say nothing; without them the usual IODs stay valid. */
const LEFT_OUT_SEQUENCES = new Set(['00081072', '00081111', '00340001', '00081110']);

/**
 * The action for one row. Where the table leaves a choice by the attribute's type in the IOD (`X/Z/D`), the strictest
 * type is met: a dummy value where one is allowed, else an empty one; both are as free of identity as no attribute. Of
 * two options that speak of a row, keeping wins over cleaning, for both were asked for.
 */
export function chooseAction(row: ProfileRow, active: readonly OptionColumn[], isSequence: boolean): Action {
  const given = active.map((column) => row.options[column]);
  if (given.includes('K')) return 'K';
  if (given.includes('C')) return 'C';
  const allowed = row.basic.replace('*', '').split('/');
  if (isSequence && LEFT_OUT_SEQUENCES.has(row.tag)) return 'X';
  for (const action of ['U', 'D', 'Z', 'X'] as const) if (allowed.includes(action)) return action;
  return 'X';
}
