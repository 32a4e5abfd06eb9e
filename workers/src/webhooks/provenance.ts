import { type Change, FHIR_SYSTEMS, imagingStudyId } from '@hutong/storage-config';
import type { Provenance } from 'fhir/r4.js';
import type pg from 'pg';

type OfStudy = Pick<Change, 'hospital' | 'studyInstanceUid'>;

const targetOf = ({ hospital, studyInstanceUid }: OfStudy) => ({
  reference: `ImagingStudy/${imagingStudyId(hospital, studyInstanceUid)}`,
});

/** Whence the labels of a study are: which, since when, and whether a rule or a person gave or withdrew it. No names. */
export async function labelProvenance(index: pg.Pool, of: OfStudy): Promise<Provenance[]> {
  const { rows } = await index.query<{
    id: number;
    item: string;
    scope: string;
    text: string;
    state: string;
    person: boolean;
    at: Date;
  }>(
    `SELECT l.hr_label_event_id AS id, l.item_code AS item, l.scope, l.text, l.state, l.cause = 'person' AS person,
            l.created_at AS at
       FROM study s JOIN hr_label l USING (study_id)
      WHERE s.hospital_code = $1 AND s.study_instance_uid = $2 AND l.state <> 'proposed'
      ORDER BY l.item_code, l.scope`,
    [of.hospital, of.studyInstanceUid],
  );
  return rows.map(({ id, item, scope, text, state, person, at }) => ({
    resourceType: 'Provenance',
    id: `label-${id}`,
    target: [targetOf(of)],
    recorded: at.toISOString(),
    activity: { coding: [{ system: FHIR_SYSTEMS.labelState, code: state }], text },
    agent: [{ who: { display: person ? 'person' : 'Hutong' } }],
    entity: [
      {
        role: 'source',
        what: {
          identifier: { system: FHIR_SYSTEMS.scope, value: scope },
          display: item,
        },
      },
    ],
  }));
}

/**
 * What other hospitals decided on a study, the decision of each chain that stands: recognised, or examined again with the
 * code of the reason. Free text stays away, for it may be about the patient.
 */
export async function decisionProvenance(index: pg.Pool, of: OfStudy): Promise<Provenance[]> {
  const { rows } = await index.query<{
    id: string;
    kind: string;
    reason: string;
    item: string;
    hospital: string;
    decidedAt: Date;
    at: Date;
  }>(
    `SELECT d.recognition_decision_id AS id, d.kind, d.reason_code AS reason, d.item_code AS item,
            d.hospital_code AS hospital, d.decided_at AS "decidedAt", d.created_at AS at
       FROM recognition_decision d
      WHERE d.issuing_hospital = $1 AND d.study_instance_uid = $2
        AND NOT EXISTS (SELECT FROM recognition_decision n WHERE n.replaces = d.recognition_decision_id)
      ORDER BY d.created_at, d.recognition_decision_id`,
    [of.hospital, of.studyInstanceUid],
  );
  return rows.map(({ id, kind, reason, item, hospital, decidedAt, at }) => ({
    resourceType: 'Provenance',
    id,
    target: [targetOf(of)],
    occurredDateTime: decidedAt.toISOString(),
    recorded: at.toISOString(),
    ...(reason === ''
      ? {}
      : { reason: [{ coding: [{ system: FHIR_SYSTEMS.reasonToExamineAgain, code: reason }] }] }),
    activity: { coding: [{ system: FHIR_SYSTEMS.recognitionDecision, code: kind }] },
    agent: [{ who: { type: 'Organization', reference: `Organization/${hospital}` } }],
    entity: [{ role: 'source', what: { identifier: { system: FHIR_SYSTEMS.item, value: item } } }],
  }));
}
