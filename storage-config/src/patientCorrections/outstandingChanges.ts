import {
  type DatasetChanges,
  type DicomJson,
  type DicomJsonAttribute,
  ORIGINAL_ATTRIBUTES_SEQUENCE,
  TAG,
  text,
} from '@hutong/dicom';

const ATTRIBUTE_MODIFICATION_SEQUENCE = '04000550';
const MODIFYING_SYSTEM = '04000563';
const SOURCE_OF_PREVIOUS_VALUES = '04000564';
const REASON = '04000565';

/** How corrections sign the items of Original Attributes Sequence (0400,0561). */
export const CORRECTING_SYSTEM = 'Hutong';

/** Of type 3 (PS3.3 §C.7.1.1, §C.7.2.1): what had no value had no place in the dataset. The others are of type 2. */
const OPTIONAL: ReadonlySet<string> = new Set([TAG.IssuerOfPatientID, TAG.StudyDescription]);

/** What the datasets of a study shall have. */
export interface WantedAttributes {
  /** By the corrections that stand. */
  attributes: DicomJson;
  /** Tags of those that go back to what each instance was received with. */
  restored: readonly string[];
}

/**
 * What is to change in a dataset so that it has what the corrections of its study want; what it has already may be among
 * it. What an instance was received with is in the oldest item of its Original Attributes Sequence that a correction of
 * its hospital wrote (PS3.3 §C.12.1.1.9): a dataset without such items has it still.
 */
export function outstandingChanges(
  dataset: DicomJson,
  { attributes, restored }: WantedAttributes,
  hospital: string,
): DatasetChanges {
  const received = new Map<string, DicomJsonAttribute>();
  for (const item of (dataset[ORIGINAL_ATTRIBUTES_SEQUENCE]?.Value ?? []) as DicomJson[]) {
    if (!isByCorrection(item, hospital)) continue;
    const [before = {}] = (item[ATTRIBUTE_MODIFICATION_SEQUENCE]?.Value ?? []) as DicomJson[];
    for (const tag of restored) {
      const attribute = before[tag];
      if (attribute !== undefined && !received.has(tag)) received.set(tag, attribute);
    }
  }
  const back = [...received].map(([tag, attribute]) => [
    tag,
    attribute.Value === undefined && OPTIONAL.has(tag) ? null : attribute,
  ]);
  const changes = { ...(Object.fromEntries(back) as DatasetChanges), ...attributes };
  // What is to be empty or away need not be added where it is absent.
  return Object.fromEntries(
    Object.entries(changes).filter(
      ([tag, changed]) => dataset[tag] !== undefined || changed?.Value !== undefined,
    ),
  );
}

const isByCorrection = (item: DicomJson, hospital: string): boolean =>
  text(item, MODIFYING_SYSTEM) === CORRECTING_SYSTEM &&
  text(item, SOURCE_OF_PREVIOUS_VALUES) === hospital &&
  text(item, REASON) === 'CORRECT';
