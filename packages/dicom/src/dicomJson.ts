import type { DicomJson, DicomJsonAttribute, PersonName } from './types.ts';

/**
 * One value as text: numbers in decimal, of person names the alphabetic group (else ideographic, else phonetic).
 * Empty where the attribute or that value is absent.
 *
 * @param index 0-based value number.
 */
export function text(dataset: DicomJson, tag: string, index = 0): string {
  return valueText(dataset[tag]?.Value?.[index]);
}

/** All values as text; values that are empty inside a list stay, as empty texts. */
export function texts(dataset: DicomJson, tag: string): string[] {
  return dataset[tag]?.Value?.map(valueText) ?? [];
}

/** The first value as a finite number, or null. IS and DS that could not be read as numbers give null. */
export function number(dataset: DicomJson, tag: string, index = 0): number | null {
  return valueNumber(dataset[tag]?.Value?.[index]);
}

/** All values as finite numbers; a list that holds anything else is empty, so that positions never shift. */
export function numbers(dataset: DicomJson, tag: string): number[] {
  const values = dataset[tag]?.Value?.map(valueNumber) ?? [];
  return values.every((value) => value !== null) ? values : [];
}

/** A person name by its three groups (PS3.5 §6.2.1.2); without keys where the attribute is empty. */
export function personName(dataset: DicomJson, tag: string, index = 0): PersonName {
  const value = dataset[tag]?.Value?.[index];
  if (typeof value === 'string') return value === '' ? {} : { Alphabetic: value };
  return isRecord(value) ? value : {};
}

/** The items of a sequence; none where it is absent or empty. */
export function items(dataset: DicomJson, tag: string): DicomJson[] {
  const attribute = dataset[tag];
  return attribute?.vr === 'SQ' ? ((attribute.Value ?? []).filter(isRecord) as DicomJson[]) : [];
}

/**
 * The dataset as JSON text with attributes in ascending order, as PS3.18 §F.2.2 asks. Plain `JSON.stringify` puts
 * tags without hexadecimal letters or a leading zero (`10101010`, `60003000`) first, because JavaScript takes them
 * for array indices.
 */
export function serialiseDicomJson(dataset: DicomJson): string {
  let members = '';
  for (const tag of tagsInOrder(dataset)) {
    if (members !== '') members += ',';
    members += `"${tag}":${serialiseAttribute(dataset[tag] as DicomJsonAttribute)}`;
  }
  return `{${members}}`;
}

function serialiseAttribute(attribute: DicomJsonAttribute): string {
  if (attribute.vr !== 'SQ' || attribute.Value === undefined) return JSON.stringify(attribute);
  const values = attribute.Value.map((item) =>
    isRecord(item) ? serialiseDicomJson(item as DicomJson) : 'null',
  );
  return `{"vr":"SQ","Value":[${values.join(',')}]}`;
}

/** Tags in ascending order, in which those of a dataset that was read are nearly always. */
function tagsInOrder(dataset: DicomJson): string[] {
  const tags = Object.keys(dataset);
  let before = '';
  for (const tag of tags) {
    if (tag < before) return tags.sort();
    before = tag;
  }
  return tags;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!isRecord(value)) return '';
  const { Alphabetic, Ideographic, Phonetic } = value as PersonName;
  return [Alphabetic, Ideographic, Phonetic].find((group) => typeof group === 'string' && group !== '') ?? '';
}

function valueNumber(value: unknown): number | null {
  const result = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof result === 'number' && Number.isFinite(result) ? result : null;
}
