import {
  type OfferedReason,
  offeredReasons,
  REASONS_TO_EXAMINE_AGAIN,
  recordText,
} from '@hutong/recognition';
import { listHospitals, type RecognitionDecision, readRecognitionPolicy } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { type Caller, may } from '../context.ts';
import type { Bilingual } from '@hutong/conformance';
import type { HospitalRef } from '../contract.ts';
import type { RecognitionDecisionBody } from '../contract/recognition.ts';
import { isoDate } from '../dicomweb/age.ts';
import type { CataloguesInUse } from '../dicomweb/cataloguesInUse.ts';

/** Names of hospitals and items. */
export interface Names {
  hospital: (code: string) => HospitalRef;
  /** Of an item in the list by which a hospital's studies are judged; without one in that of the deployment's region. */
  itemName: (code: string, hospital?: string) => Bilingual;
}

/** Names as they are now. */
export async function readNames(index: Pool, catalogues: () => Promise<CataloguesInUse>): Promise<Names> {
  const known = new Map(
    (await listHospitals(index)).map(({ code, nameZh, nameEn, region }) => [
      code,
      { name: { zh: nameZh, en: nameEn }, region },
    ]),
  );
  const { itemName } = await catalogues();
  return {
    hospital: (code) => ({ code, name: known.get(code)?.name ?? { zh: code, en: code } }),
    itemName: (code, hospital = '') => itemName(code, known.get(hospital)?.region ?? ''),
  };
}

/**
 * A decision as a caller sees it. The deciding hospital sees all; the issuing one nothing of the patient, the order and the
 * people there; the region, beside that, neither study nor free text.
 */
export function decisionBody(
  caller: Pick<Caller, 'rights'>,
  decision: RecognitionDecision,
  { hospital, itemName }: Names,
  ofRegion = false,
): RecognitionDecisionBody {
  const deciding = !ofRegion && may(caller, 'recognise', decision.hospital);
  const item = { code: decision.itemCode, name: itemName(decision.itemCode, decision.issuingHospital) };
  const issuing = hospital(decision.issuingHospital);
  const studyDate = isoDate(decision.studyDate);
  const { reminder, position } = decision;
  return {
    id: decision.id,
    chain: decision.chain,
    createdAt: decision.createdAt.toISOString(),
    decidedAt: decision.decidedAt.toISOString(),
    kind: decision.kind,
    reasonCode: decision.reasonCode,
    reason: REASONS_TO_EXAMINE_AGAIN.find(({ code }) => code === decision.reasonCode)?.text ?? null,
    reasonText: ofRegion ? null : decision.reasonText,
    patientInformed: decision.patientInformed,
    hospital: hospital(decision.hospital),
    department: decision.department,
    practitioner: deciding ? decision.practitioner : null,
    author: deciding ? decision.author.name || decision.author.id : null,
    reminder: deciding && reminder !== null && position !== null ? { id: reminder, position } : null,
    orderNumber: deciding ? decision.orderNumber : null,
    patientId: deciding ? decision.patientId : null,
    issuerOfPatientId: deciding ? decision.issuerOfPatientId : null,
    patientClass: decision.patientClass,
    issuing,
    studyInstanceUid: ofRegion ? null : decision.studyInstanceUid,
    studyDate,
    item,
    labels: decision.labels,
    word: decision.word,
    citedAt: decision.citedAt?.toISOString() ?? null,
    seenAs: ofRegion ? 'region' : deciding ? 'deciding' : 'issuing',
    record: deciding ? recordText({ ...decision, issuing: issuing.name, studyDate, item }) : null,
    mayChange: deciding && decision.kind !== 'withdrawn',
  };
}

/** Reasons to examine again that the region's policy offers, in their order. */
export async function readOfferedReasons(index: Pool): Promise<OfferedReason[]> {
  return offeredReasons((await readRecognitionPolicy(index)).policy.reasons);
}
