import { chineseDay, listHospitals, organization, readMemberships } from '@hutong/storage-config';
import type { Endpoint, Organization } from 'fhir/r4.js';
import type { ServerParts } from '../context.ts';

/** Hospitals of the region with what takes part where, today; by their codes, or all. Nothing in it is about patients. */
export async function readOrganizations(
  { index, config }: Pick<ServerParts, 'index' | 'config'>,
  codes: readonly string[] | null = null,
): Promise<Organization[]> {
  const hospitals = (await listHospitals(index)).filter(({ code }) => codes?.includes(code) ?? true);
  const known = hospitals.map(({ code }) => code);
  const memberships = await readMemberships(index, codes === null ? null : known, config.regionName);
  const today = chineseDay();
  return hospitals.map((hospital) =>
    organization({ ...hospital, scopes: memberships.scopesOn(hospital.code, today) }),
  );
}

/** What DICOMweb offers, by the codes of Endpoint.connectionType (R4). */
const KINDS = {
  'wado-rs': 'dicom-wado-rs',
  'qido-rs': 'dicom-qido-rs',
  'stow-rs': 'dicom-stow-rs',
} as const;
type Kind = keyof typeof KINDS;

const isKind = (text: string): text is Kind => Object.hasOwn(KINDS, text);

/**
 * Addresses of DICOMweb as Endpoints: of one hospital (`city-first.wado-rs`), or of the union of the region (`wado-rs`).
 *
 * @param server absolute address of this server
 */
export function endpointsOf(hospital: string | null, server: string): Endpoint[] {
  return (Object.keys(KINDS) as Kind[]).map((kind) => ({
    resourceType: 'Endpoint',
    id: hospital === null ? kind : `${hospital}.${kind}`,
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: KINDS[kind],
    },
    ...(hospital === null ? {} : { managingOrganization: { reference: `Organization/${hospital}` } }),
    payloadType: [{ text: 'DICOM' }],
    payloadMimeType: ['application/dicom', 'application/dicom+json'],
    address: hospital === null ? `${server}/dicomweb` : `${server}/hospitals/${hospital}/dicomweb`,
  }));
}

/** Hospital and kind that the id of an Endpoint names; null for what is none. */
export function endpointOfId(id: string): { hospital: string | null; kind: string } | null {
  const [kind = '', hospital, ...more] = id.split('.').toReversed();
  return isKind(kind) && more.length === 0 ? { hospital: hospital ?? null, kind } : null;
}
