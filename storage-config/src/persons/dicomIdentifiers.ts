import type { DicomJson } from '@hutong/dicom';
import { type GivenIdentifier, type IdentifierKind, readIdentifier } from './identifiers.ts';

const OTHER_PATIENT_IDS_SEQUENCE = '00101002';
const PATIENT_ID = '00100020';
const ISSUER_OF_PATIENT_ID = '00100021';
const TYPE_OF_PATIENT_ID = '00100022';
const ISSUER_QUALIFIERS_SEQUENCE = '00100024';
const UNIVERSAL_ENTITY_ID = '00400032';
const UNIVERSAL_ENTITY_ID_TYPE = '00400033';
const IDENTIFIER_TYPE_CODE = '00400035';

/** Identifier types of HL7 table 0203 that say without doubt what a number is; `NNCHN` is that of Chinese citizens. */
const BY_TYPE: Readonly<Record<string, IdentifierKind>> = {
  NNCHN: 'idCard',
  HC: 'healthCard',
  PPN: 'passport',
};

/** Issuers by object identifier (China's register of health standards): citizen's number, health card. */
const BY_OID: Readonly<Record<string, IdentifierKind>> = {
  '2.16.156.10011.1.3': 'idCard',
  '2.16.156.10011.1.19': 'healthCard',
};

/**
 * Identifiers of a person that a dataset holds without doubt about what they are (PS3.3 C.7.1.1, 10.14): of the items of Other
 * Patient IDs Sequence and of the Patient ID itself those whose issuer is qualified by a type or an object identifier. Names of
 * issuers in free text say nothing certain, and RFID and bar codes are of the label, not of the person.
 *
 * What is malformed or no such number is passed over.
 */
export function identifiersOfDataset(dataset: DicomJson): GivenIdentifier[] {
  const items = [dataset, ...itemsOf(dataset, OTHER_PATIENT_IDS_SEQUENCE).slice(0, 20)];
  return items.flatMap((item) => identifierOf(item) ?? []);
}

function identifierOf(item: DicomJson): GivenIdentifier | null {
  const value = textOf(item, PATIENT_ID);
  if (value === '' || !['', 'TEXT'].includes(textOf(item, TYPE_OF_PATIENT_ID))) return null;
  const [qualifiers] = itemsOf(item, ISSUER_QUALIFIERS_SEQUENCE);
  if (qualifiers === undefined) return null;
  const kinds = new Set([
    BY_TYPE[textOf(qualifiers, IDENTIFIER_TYPE_CODE)],
    textOf(qualifiers, UNIVERSAL_ENTITY_ID_TYPE) === 'ISO'
      ? BY_OID[textOf(qualifiers, UNIVERSAL_ENTITY_ID)]
      : undefined,
  ]);
  kinds.delete(undefined);
  const [kind] = kinds;
  // Two that contradict each other say nothing.
  if (kind === undefined || kinds.size > 1) return null;
  const issuer = kind === 'passport' ? textOf(item, ISSUER_OF_PATIENT_ID) : '';
  const given: GivenIdentifier = { kind, value, issuer };
  return 'zh' in readIdentifier(given) ? null : given;
}

function itemsOf(dataset: DicomJson, tag: string): DicomJson[] {
  const values: unknown = dataset[tag]?.Value;
  return Array.isArray(values)
    ? values.filter((item): item is DicomJson => typeof item === 'object' && item !== null)
    : [];
}

function textOf(dataset: DicomJson, tag: string): string {
  const values: unknown = dataset[tag]?.Value;
  const value: unknown = Array.isArray(values) ? values[0] : undefined;
  return typeof value === 'string' ? value.trim() : '';
}
