import {
  type Change,
  FHIR_SYSTEMS,
  findHospital,
  imagingStudy,
  imagingStudyId,
  type ImagingStudyRow,
  type LeasedWebhook,
  organization,
  patientIdsOf,
  patientKey,
  patientResource,
  readImagingStudy,
} from '@hutong/storage-config';
import type { Bundle, FhirResource, ImagingStudy, Organization } from 'fhir/r4.js';
import type pg from 'pg';
import { decisionProvenance, labelProvenance } from './provenance.ts';
import type { WebhookMessage } from './sendWebhook.ts';

/** Actions after which a study may be gone. */
const DECISIONS: ReadonlySet<string> = new Set(['recognised', 'examinedAgain', 'recognitionWithdrawn']);

/**
 * The delivery of a change as a collection Bundle, for regional platforms: the study, its hospital, whence its labels are,
 * and after a decision on it what was decided. It says what holds when it is sent, also when it is sent again. Patients are
 * named by an id that means nothing elsewhere, unless the webhook is told of them.
 */
export async function fhirMessage(
  index: pg.Pool,
  webhook: Pick<LeasedWebhook, 'id' | 'withPatients'>,
  change: Change,
  publicUrl: string | null,
): Promise<WebhookMessage> {
  const { number, previous, action, hospital, studyInstanceUid, at } = change;
  const row = await readImagingStudy(index, { hospital, studyInstanceUid });
  const study =
    row === null ? goneStudy(change) : await studyOf(index, row, webhook.withPatients, publicUrl !== null);
  const resources: FhirResource[] = [
    ...study,
    await hospitalOf(index, hospital),
    ...(await labelProvenance(index, change)),
    ...(DECISIONS.has(action) ? await decisionProvenance(index, change) : []),
  ];
  const bundle: Bundle = {
    resourceType: 'Bundle',
    meta: {
      tag: [
        { system: 'urn:hutong:change-action', code: action },
        ...(previous === null ? [] : [{ system: 'urn:hutong:change-previous', code: String(previous) }]),
      ],
    },
    identifier: { system: 'urn:hutong:change', value: String(number) },
    type: 'collection',
    timestamp: at.toISOString(),
    entry: resources.map((resource) => ({
      ...(publicUrl === null
        ? {}
        : { fullUrl: `${publicUrl}/fhir/${resource.resourceType}/${resource.id ?? ''}` }),
      resource,
    })),
  };
  return {
    id: `change-${number}-${webhook.id}`,
    body: JSON.stringify(bundle),
    contentType: 'application/fhir+json',
  };
}

async function studyOf(
  index: pg.Pool,
  row: ImagingStudyRow,
  withPatients: boolean,
  endpoints: boolean,
): Promise<FhirResource[]> {
  const key = patientKey(row);
  const patient = (await patientIdsOf(index, [row])).get(key) ?? null;
  return [
    imagingStudy(row, { patient, endpoints, impersonal: !withPatients }),
    ...(withPatients && patient !== null ? [patientResource(row, patient)] : []),
  ];
}

/** A study of which nothing is left. */
function goneStudy({ hospital, studyInstanceUid, at }: Change): [ImagingStudy] {
  return [
    {
      resourceType: 'ImagingStudy',
      id: imagingStudyId(hospital, studyInstanceUid),
      meta: { lastUpdated: at.toISOString() },
      identifier: [{ use: 'official', system: FHIR_SYSTEMS.dicomUid, value: `urn:oid:${studyInstanceUid}` }],
      status: 'cancelled',
      subject: { type: 'Patient', display: '未知 unknown' },
    },
  ];
}

async function hospitalOf(index: pg.Pool, code: string): Promise<Organization> {
  const found = await findHospital(index, code);
  return organization({ ...(found ?? { code, nameZh: code, nameEn: code, level: '' }), scopes: [] });
}
