import type { PublicationBody, PublishedHospital, PublishedItem } from '@hutong/server/contract/publication';

type Scope = PublicationBody['scopes'][number];
type Hospital = PublicationBody['hospitals'][number];

/** A line of the page: what stands under an item, or under a hospital. */
export interface Standing {
  scope: Scope;
  item: PublishedItem;
  hospital: Hospital;
  standing: PublishedHospital;
}

/** Every qualification that is published and has all words of a text in its names and codes, in the order of the lists. */
export function standings(body: PublicationBody, text: string): Standing[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const hospitals = new Map(body.hospitals.map((one) => [one.code, one]));
  return body.scopes.flatMap((scope) =>
    scope.items.flatMap((item) =>
      item.hospitals.flatMap((standing) => {
        const hospital = hospitals.get(standing.code) ?? {
          code: standing.code,
          name: { zh: standing.code, en: standing.code },
          level: '',
        };
        const found = [
          ...[scope.name, scope.nameEn, scope.label, item.code, item.name.zh, item.name.en],
          ...[hospital.code, hospital.name.zh, hospital.name.en, hospital.level],
        ]
          .join('\n')
          .toLowerCase();
        return words.every((word) => found.includes(word)) ? [{ scope, item, hospital, standing }] : [];
      }),
    ),
  );
}

/** Lines under what they have in common, in their order. */
export function grouped<T>(lines: readonly T[], keyOf: (line: T) => string): T[][] {
  return [...Map.groupBy(lines, keyOf).values()];
}
