import type { ItemResult, StudyConformance } from '@hutong/conformance';
import { evidenceDigest, type VerdictDecision } from '@hutong/storage-config';
import { type Caller, may } from '../context.ts';
import type { ReviewBody } from '../contract/conformance.ts';
import { decisionBody } from '../decisionBody.ts';
import { ageAt, isoDate } from '../dicomweb/age.ts';
import { readableName } from '../dicomweb/personName.ts';

/** A row of the list of reviews. */
export interface ReviewRow extends Record<string, unknown> {
  counted: number;
  capped: boolean;
  /** null where nothing waits and the row holds only the count. */
  study_id: number | null;
  item_code: string;
  verdict_decision_id: number | null;
  decision_stale: boolean;
  evidence: string | null;
  hospital_code: string;
  name_zh: string;
  name_en: string;
  study_instance_uid: string;
  patient_name_alphabetic: string;
  patient_name_ideographic: string;
  patient_birth_date: string;
  patient_sex: string;
  study_date: string;
  study_description: string;
  modalities: string[];
  received_at: string;
  settled: boolean | null;
  item: ItemResult | null;
  result: StudyConformance | null;
}

/** What a person needs to see of a verdict that waits. */
export function reviewBody(
  row: ReviewRow,
  decisions: ReadonlyMap<number, VerdictDecision>,
  caller: Caller,
): ReviewBody {
  const ideographic = readableName(row.patient_name_ideographic);
  const decision = decisions.get(row.verdict_decision_id ?? -1);
  const code = { zh: row.item_code, en: row.item_code };
  return {
    hospital: { code: row.hospital_code, name: { zh: row.name_zh, en: row.name_en } },
    studyInstanceUid: row.study_instance_uid,
    patient: {
      name: ideographic === '' ? readableName(row.patient_name_alphabetic) : ideographic,
      sex: ['M', 'F', 'O'].includes(row.patient_sex) ? row.patient_sex : '',
      age: ageAt(row.patient_birth_date, row.study_date),
    },
    studyDate: isoDate(row.study_date),
    description: row.study_description,
    modalities: row.modalities,
    itemCode: row.item_code,
    itemName: row.item?.itemName ?? code,
    summary: row.item?.summary ?? { zh: '', en: '' },
    undecided: undecidedOf(row.item),
    staleDecision: decision === undefined || !row.decision_stale ? null : decisionBody(decision, true),
    settled: row.settled ?? false,
    evidence: row.evidence ?? digestOf(row),
    receivedAt: row.received_at,
    mayDecide: may(caller, 'review', row.hospital_code),
  };
}

/** What keeps the verdict open: of a note nobody needs to decide. */
function undecidedOf(item: ItemResult | null): ReviewBody['undecided'] {
  return (item?.requirements ?? [])
    .filter(({ status, level }) => status === 'UNDECIDED' && (level === 'must' || level === 'conditional'))
    .map(({ id, label, reason }) => ({ id, label, reason }));
}

function digestOf({ item, result }: ReviewRow): string {
  return item === null || result === null ? '' : evidenceDigest(item, result.series);
}
