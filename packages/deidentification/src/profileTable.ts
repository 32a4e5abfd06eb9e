import { PROFILE_TABLE } from './profileTable.data.ts';

/** What an option does with an attribute: keep it, or clean it. */
export type OptionAction = 'K' | 'C';
/** Columns of Table E.1-1 by their letters; see profileTable.data.ts. */
export type OptionColumn = 'u' | 'd' | 'i' | 'p' | 'f' | 'm' | 't' | 's' | 'g';

/** A row of Table E.1-1 (PS3.15 Annex E). */
export interface ProfileRow {
  tag: string;
  /** The action of the Basic Profile as printed: `X`, `Z/D`, `X/Z/U*`, … */
  basic: string;
  options: Readonly<Partial<Record<OptionColumn, OptionAction>>>;
}

/**
 * The edition of PS3.15 that the rows are of. 34 more come from another project's list of edition 2025b, and were not compared
 * with the text of the standard.
 */
export const PROFILE_EDITION = '2024e';

/** Every row, repeating groups as `50xxxxxx`, `60xx3000`. */
export const PROFILE_ROWS: readonly ProfileRow[] = PROFILE_TABLE.trim()
  .split('\n')
  .map((line) => {
    const [tag = '', basic = '', ...options] = line.split(' ');
    return {
      tag,
      basic,
      options: Object.fromEntries(options.map((option) => [option.charAt(0), option.charAt(1)])),
    };
  });

const byTag = new Map(PROFILE_ROWS.map((row) => [row.tag, row]));

/** The row of a tag (eight upper-case hex digits), of curves and overlays that of their repeating group. */
export function profileRow(tag: string): ProfileRow | undefined {
  if (tag.startsWith('50')) return byTag.get('50xxxxxx');
  return byTag.get(tag) ?? (tag.startsWith('60') ? byTag.get(`60xx${tag.slice(4)}`) : undefined);
}
