import { attribute } from '@hutong/dicom';
import { HR_CREATOR, HR_ELEMENT, HR_GROUP, hrAttributes } from '@hutong/server/statement';
import { code, table } from './markdown.ts';

const MEANING: Record<keyof typeof HR_ELEMENT, string> = {
  LabelText: 'texts of the HR labels in force, 1-n',
  ConformanceStatus: '`PENDING` until the present revision is judged, then `DONE`',
  HospitalCode: 'hospital whose credential stored the study',
  HospitalName: 'its name',
  VerdictSequence: 'one item for each catalogue item the study was judged on',
  ItemCode: 'code of the catalogue item',
  ItemName: 'its name',
  Verdict: '`PASS`, `FAIL` or `REVIEW`',
};

const inSequence: ReadonlySet<string> = new Set(['ItemCode', 'ItemName', 'Verdict']);

/** VR by element number, from attributes as they are made. */
function valueRepresentations(): Map<string, string> {
  const item = { code: 'CT-01', name: { zh: '', en: '' }, verdict: 'PASS' } as const;
  const made = hrAttributes({
    hospital: { code: 'a', name: 'a' },
    status: 'done',
    labels: ['a'],
    items: [item],
  });
  const vrs = new Map<string, string>();
  const collect = (entries: [string, { vr: string; Value?: unknown[] }][]): void => {
    for (const [tag, { vr, Value }] of entries) {
      // The private creator is no element of the block.
      if (!tag.startsWith(`${HR_GROUP}00`)) vrs.set(tag.slice(6), vr);
      if (vr === 'SQ') collect(Object.entries(Value?.[0] as Record<string, { vr: string }>));
    }
  };
  collect(made);
  return vrs;
}

/** The private block of the HR label (PS3.5 7.8). */
export function hrSection(): string {
  if (attribute(`${HR_GROUP}1001`) !== undefined) throw new Error(`group ${HR_GROUP} is not private`);
  const vrs = valueRepresentations();
  const rows = (Object.keys(HR_ELEMENT) as (keyof typeof HR_ELEMENT)[]).map((name) => [
    `${inSequence.has(name) ? '&gt;' : ''}(${HR_GROUP},xx${HR_ELEMENT[name]})`,
    `HR${name}`,
    vrs.get(HR_ELEMENT[name]) ?? '',
    MEANING[name],
  ]);
  return `Study results and the metadata of every instance carry the private block ${code(HR_CREATOR)} in group ${HR_GROUP}. Private creator: LO (${HR_GROUP},00xx). In study results the block xx is 10; in metadata the lowest one that the dataset leaves free. Stored objects never contain it.

${table(['tag', 'name', 'VR', 'meaning'], rows)}`;
}
