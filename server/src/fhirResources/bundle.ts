import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import type { FhirSearch } from './searchParameters.ts';

export interface FoundPage {
  /** Address of FHIR resources, {@link fhirBase}. */
  base: string;
  type: string;
  search: Pick<FhirSearch, 'shown'>;
  matches: readonly FhirResource[];
  /** What matches refer to and `_include` asked for. */
  included?: readonly FhirResource[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
  /** How many there are in all, where that was counted. */
  total?: number;
}

/** A page of a search as a searchset Bundle with links to itself and to the next page. */
export function searchset(page: FoundPage): Bundle {
  const { base, type, search, matches, included = [], next, total } = page;
  const self = addressOf(base, type, search.shown);
  const entry = (resource: FhirResource, mode: 'match' | 'include'): BundleEntry => ({
    fullUrl: `${base}/${resource.resourceType}/${resource.id ?? ''}`,
    resource,
    search: { mode },
  });
  const entries = [
    ...matches.map((one) => entry(one, 'match')),
    ...included.map((one) => entry(one, 'include')),
  ];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total === undefined ? {} : { total }),
    link: [
      { relation: 'self', url: self },
      ...(next === null
        ? []
        : [{ relation: 'next', url: addressOf(base, type, [...search.shown, ['cursor', next]]) }]),
    ],
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}

function addressOf(base: string, type: string, parameters: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
  return `${base}/${type}${query === '' ? '' : `?${query}`}`;
}
