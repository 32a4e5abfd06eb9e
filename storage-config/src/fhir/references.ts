import { createHash } from 'node:crypto';
import { parseUid } from '@hutong/dicom';

/** Systems of identifiers and codes. What is this product's own are URNs that begin with `urn:hutong:`. */
export const FHIR_SYSTEMS = {
  /** UIDs of DICOM; values begin with `urn:oid:` (R4, ImagingStudy.identifier). */
  dicomUid: 'urn:dicom:uid',
  /** Modalities and further terms of DICOM. */
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
  /** Items of the catalogues of mutual recognition: CT-01. */
  item: 'urn:hutong:item',
  /** Codes of hospitals. */
  hospital: 'urn:hutong:hospital',
  /** Scopes of recognition by name. */
  scope: 'urn:hutong:recognition-scope',
  /** Persons across hospitals. */
  person: 'urn:hutong:person',
  /** States of labels: proposed, applied, withdrawn. */
  labelState: 'urn:hutong:label-state',
  /** Kinds of decisions on recognition: recognised, examinedAgain, withdrawn. */
  recognitionDecision: 'urn:hutong:recognition-decision',
  /** RX01 to RX12. */
  reasonToExamineAgain: 'urn:hutong:reason-to-examine-again',
  /** Resident identity card (居民身份证), OID of the Chinese health information standards. */
  idCard: 'urn:oid:2.16.156.10011.1.3',
  /** Health card (居民健康卡). */
  healthCard: 'urn:oid:2.16.156.10011.1.19',
} as const;

const named = (kind: string, hospital: string, issuer = ''): string =>
  `urn:hutong:${kind}:${hospital}${issuer === '' ? '' : `:${encodeURIComponent(issuer)}`}`;

/** System of the PatientIDs of a hospital, and of one of its issuers where it has several. */
export const patientIdSystem = (hospital: string, issuer = ''): string =>
  named('patient-id', hospital, issuer);

/** System of the accession numbers of a hospital. */
export const accessionSystem = (hospital: string): string => named('accession', hospital);

/** System of the order numbers of a hospital. */
export const orderSystem = (hospital: string): string => named('order', hospital);

/** System of the report numbers of a hospital. */
export const reportSystem = (hospital: string): string => named('report', hospital);

/** Hospital and issuer that a system of PatientIDs names; null for any other system. */
export function hospitalOfPatientIds(system: string): { hospital: string; issuer: string } | null {
  const [, hospital, issuer = ''] =
    /^urn:hutong:patient-id:([a-z0-9][a-z0-9-]{0,31})(?::(.*))?$/.exec(system) ?? [];
  if (hospital === undefined) return null;
  try {
    return { hospital, issuer: decodeURIComponent(issuer) };
  } catch {
    return null;
  }
}

/** Ids of FHIR (R4 2.24.0.1). */
export const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;

const markOf = (hospital: string): string =>
  createHash('sha256').update(hospital).digest('hex').slice(0, MARK);
const MARK = 16;

/**
 * Id of a hospital's copy of a study as an ImagingStudy: a mark of the hospital and the UID, two characters in a
 * byte, for both together may
 * be longer than an id. The same study has the same id for ever, also after it was deleted and came back.
 */
export function imagingStudyId(hospital: string, studyInstanceUid: string): string {
  const nibbles = studyInstanceUid.replaceAll('.', 'a');
  const bytes = Buffer.from(nibbles.length % 2 === 0 ? nibbles : `${nibbles}f`, 'hex');
  return markOf(hospital) + bytes.toString('base64url').replaceAll('_', '.');
}

/** The study that an id names; which hospital's is to be asked by `isOf`. null for what is no such id. */
export function studyOfId(
  id: string,
): { studyInstanceUid: string; isOf: (hospital: string) => boolean } | null {
  if (!FHIR_ID.test(id)) return null;
  const packed = Buffer.from(id.slice(MARK).replaceAll('.', '_'), 'base64url').toString('hex');
  const uid = parseUid(packed.replace(/f$/, '').replaceAll('a', '.'));
  if (uid === null) return null;
  const mark = id.slice(0, MARK);
  return { studyInstanceUid: uid, isOf: (hospital) => markOf(hospital) === mark };
}
