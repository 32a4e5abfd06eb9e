import type { Catalogue } from '@hutong/conformance';
import { labelText } from '@hutong/recognition';
import type { Publication } from '@hutong/storage-config';
import type { PublicationBody, PublishedItem } from '../contract/publication.ts';
import type { CataloguesInUse } from '../dicomweb/cataloguesInUse.ts';

interface Settings {
  region: string;
  asOf: string;
  /** Suspended hospitals are left out rather than marked. */
  leaveOut: boolean;
}

/** What is published, by scope, then item in the order of the list, then hospital. */
export function publicationBody(
  publication: Publication,
  lists: Pick<CataloguesInUse, 'itemName'> & { current: Catalogue },
  { region, asOf, leaveOut }: Settings,
): PublicationBody {
  const { qualifications, scopes, hospitals, centres } = publication;
  const shown = qualifications.filter(({ suspended }) => !(leaveOut && suspended));
  const items = lists.current.items;
  const place = (code: string): number => {
    const at = items.findIndex((item) => item.code === code);
    return at < 0 ? items.length : at;
  };
  const itemsOf = (scope: string): PublishedItem[] =>
    [
      ...Map.groupBy(
        shown.filter((one) => one.scope === scope),
        ({ itemCode }) => itemCode,
      ),
    ]
      .toSorted(([one], [other]) => place(one) - place(other) || (one < other ? -1 : 1))
      .map(([code, own]) => ({
        code,
        name: lists.itemName(code),
        category: items.find((item) => item.code === code)?.category ?? code.split('-')[0] ?? '',
        hospitals: own.map(({ hospital, evaluatedAt, validUntil, centre, suspended }) => ({
          code: hospital,
          evaluatedAt,
          validUntil,
          centre,
          suspended,
        })),
      }));
  // A scope that ended, or that only evaluations name, is published with what it has.
  const order = (name: string): number => (name === region ? 0 : 1);
  const names = new Set([...scopes.map(({ name }) => name), ...shown.map(({ scope }) => scope)]);
  const named = new Set(shown.map(({ hospital }) => hospital));
  const centresNamed = new Set(shown.map(({ centre }) => centre));
  return {
    region,
    asOf,
    scopes: [...names]
      .toSorted((one, other) => order(one) - order(other))
      .map((name) => {
        const known = scopes.find((one) => one.name === name);
        return {
          name,
          nameEn: known?.nameEn ?? '',
          kind: known?.kind ?? 'city',
          within: known?.within ?? [],
          label: labelText(name),
          items: itemsOf(name),
        };
      }),
    hospitals: hospitals
      .filter(({ code }) => named.has(code))
      .map(({ code, nameZh, nameEn, level }) => ({ code, name: { zh: nameZh, en: nameEn }, level })),
    centres: centres
      .filter(({ code }) => centresNamed.has(code))
      .map(({ code, nameZh, nameEn, scope }) => ({ code, name: { zh: nameZh, en: nameEn }, scope })),
  };
}
