/** How values of a searchable attribute are kept and compared. */
export type SearchableKind = 'text' | 'uid' | 'number' | 'date' | 'time' | 'dateTime' | 'personName';

/** The value representations that can be made searchable (PS3.5 6.2): those whose values are short and can be matched. */
export const SEARCHABLE_VRS: Readonly<Record<string, SearchableKind>> = {
  ...Object.fromEntries(['AE', 'AS', 'CS', 'LO', 'SH'].map((vr) => [vr, 'text' as const])),
  ...Object.fromEntries(
    ['DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'UL', 'US'].map((vr) => [vr, 'number' as const]),
  ),
  UI: 'uid',
  DA: 'date',
  TM: 'time',
  DT: 'dateTime',
  PN: 'personName',
};

/** Most attributes that may be made searchable. */
export const MAX_SEARCH_ATTRIBUTES = 64;

/** What the values of an attribute are read by. */
export interface SearchAttributeKey {
  id: number;
  /** `00181030`, or `0019xx02` of a private one. */
  tag: string;
  /** Private creator; empty for attributes of the standard. */
  creator: string;
  vr: string;
}

/** The name of an attribute in the table: of a private one without its block, which each dataset may choose. */
export function searchAttributeTag(tag: string, creator: string): string {
  return creator === '' ? tag : `${tag.slice(0, 4)}xx${tag.slice(6)}`;
}

/** A number as it is compared; null for what is none. `1.50`, `1.5` and `15e-1` are the same. */
export function searchableNumber(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const number = text === '' ? NaN : Number(text);
  return Number.isFinite(number) ? String(number === 0 ? 0 : number) : null;
}
