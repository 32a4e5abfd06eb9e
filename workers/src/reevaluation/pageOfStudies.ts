import { type ReevaluationFilter, FILTERED, filterValues } from '@hutong/storage-config';
import type pg from 'pg';
import { type StudyRow, STUDY_COLUMNS, studyOf, type StudyToJudge } from '../conformance/readStudy.ts';
import {
  PRESENT_COLUMNS,
  presentOf,
  type PresentResult,
  type PresentRow,
} from '../conformance/recordResult.ts';
import type { KeptSummary } from '../conformance/studySummary.ts';

/** Studies read at once, and how far one read may look for them: what a filter leaves out is passed over in parts. */
const PAGE = 100;
const SPAN = 20_000;

/** A study of a re-evaluation, as it was judged last. */
export interface StudyToJudgeAgain {
  study: StudyToJudge;
  /** null: its present revision was not judged. */
  present: PresentResult | null;
  kept: KeptSummary | null;
  /** Judging it is under way already. */
  underWay: boolean;
}

export interface StudyPage {
  studies: StudyToJudgeAgain[];
  /** Studies up to this one have been looked at when all of these are judged. */
  end: number;
}

/** The next studies of a re-evaluation after `position`, by their ids. */
export async function pageOfStudies(
  client: pg.PoolClient,
  filter: ReevaluationFilter,
  position: number,
  endPosition: number,
): Promise<StudyPage> {
  const end = Math.min(position + SPAN, endPosition);
  const { rows } = await client.query<
    StudyRow &
      PresentRow & {
        study_id: number;
        summaryRevision: number | null;
        summaryVersion: number;
        summary: Buffer;
        under_way: boolean;
      }
  >(
    `SELECT s.study_id, ${STUDY_COLUMNS}, ${PRESENT_COLUMNS}, m.revision AS "summaryRevision",
            m.summary_version AS "summaryVersion", m.summary,
            r.revision IS DISTINCT FROM s.conformance_revision
              AND EXISTS (SELECT FROM outbox o WHERE o.study_id = s.study_id AND o.done_at IS NULL
                                                 AND o.topic IN ('study.changed', 'study.settled')) AS under_way
       FROM study s
       JOIN hospital h ON h.code = s.hospital_code
       LEFT JOIN study_judgement j ON j.study_id = s.study_id
       LEFT JOIN conformance_result r ON r.conformance_result_id = j.conformance_result_id
       LEFT JOIN study_summary m ON m.study_id = s.study_id
      WHERE s.study_id > $5 AND s.study_id <= $6 AND ${FILTERED}
      ORDER BY s.study_id
      LIMIT ${PAGE}`,
    [...filterValues(filter), position, end],
  );
  const studies = rows.map((row): StudyToJudgeAgain => {
    const present = presentOf(row);
    const isPresent = present?.revision === row.conformance_revision;
    return {
      study: studyOf(row.study_id, row, present?.settled ?? false),
      present: isPresent ? present : null,
      kept:
        row.summaryRevision === null
          ? null
          : { revision: row.summaryRevision, version: row.summaryVersion, summary: row.summary },
      underWay: row.under_way,
    };
  });
  const last = studies.at(-1)?.study.studyId;
  return { studies, end: studies.length === PAGE && last !== undefined ? last : end };
}
