import { type Bilingual, defaultCatalogue, type LabelState } from '@hutong/conformance';
import type { LabelCause } from '@hutong/recognition';
import { MAX_RELEASED, releaseLabels } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent, queryOf } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, type Caller, callerOf, hospitalsWith, may, type ServerParts, viewOf } from '../context.ts';
import type { LabelsPage, ListedLabelBody, ReleasedBody } from '../contract/labels.ts';
import { ageAt, isoDate } from '../dicomweb/age.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { readableName } from '../dicomweb/personName.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { parsedBody } from '../jsonBody.ts';
import { codes, cursorOf, pageSize, readListQuery, repeated, single, writeCursor } from '../listQuery.ts';
import { keepOpen } from '../openWork.ts';
import { smallJson } from '../requestBody.ts';
import { eventAuthor } from './bodies.ts';
import { labelsStatement } from './listStatement.ts';

const listing = z.object({
  state: single
    .pipe(z.tuple([z.enum(['proposed', 'applied', 'withdrawn'])]))
    .transform(([state]) => state)
    .default('proposed'),
  hospital: codes,
  item: codes,
  scope: repeated(z.string().min(1).max(64)),
  limit: pageSize(50, 200),
  cursor: cursorOf(z.tuple([z.int().positive()])),
});
const label = z.strictObject({
  hospital: z.string().min(1).max(32),
  studyInstanceUid: z.string().min(1).max(64),
  itemCode: z.string().min(1).max(64),
  scope: z.string().min(1).max(64),
});
const releasing = z.strictObject({ labels: z.array(label).min(1).max(MAX_RELEASED) });

interface LabelRow extends Record<string, unknown> {
  event: number;
  item_code: string;
  scope: string;
  text: string;
  state: LabelState;
  cause: LabelCause;
  reason_zh: string;
  reason_en: string;
  author: string;
  created_at: Date;
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
  item_name: Bilingual | null;
  qualification: ListedLabelBody['qualification'];
}

/** Below `/api`: `GET /labels`, lists of labels by their state, and `POST /labels/release` for who may review. */
export function labelListRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  router.get('/labels', async (req, res) => {
    const { cursor, ...filters } = readListQuery(listing, queryParameters(req.originalUrl));
    const caller = callerOf(res);
    const { text, values } = labelsStatement(
      { ...filters, before: cursor?.[0] ?? null },
      viewOf(caller, { hospital: null }),
    );
    const rows = await runStatement<LabelRow>(index, text, values, { planned: 'eachTime' });
    const page = rows.slice(0, filters.limit);
    const last = rows.length > filters.limit ? page.at(-1) : undefined;
    await auditAccess(parts, req, res, {
      action: 'search',
      count: page.length,
      detail: { of: 'labels', query: queryOf(req) },
    });
    const answer: LabelsPage = {
      labels: page.map((row) => listedBody(row, caller)),
      next: last === undefined ? null : writeCursor([last.event]),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/labels/release', requireScope('review'), ...smallJson(65_536), (req, res) =>
    keepOpen(
      res,
      (async () => {
        const { labels } = parsedBody(releasing, req.body);
        const caller = callerOf(res);
        const released: ReleasedBody = {
          labels: await releaseLabels(
            index,
            labels,
            { author: authorOf(caller), hospitals: hospitalsWith(caller, 'review') },
            config.regionName,
          ),
        };
        const done = released.labels.filter(({ outcome }) => outcome === 'released');
        await auditEvent(parts, req, res, {
          action: 'decide',
          count: done.length,
          detail: {
            of: 'labels',
            released: done.map(({ hospital, studyInstanceUid, itemCode, scope }) =>
              [hospital, studyInstanceUid, itemCode, scope].join(' '),
            ),
          },
        });
        res.set('Cache-Control', 'no-store').json(released);
      })(),
    ),
  );
  return router;
}

let shipped: ReadonlyMap<string, Bilingual> | undefined;

function listedBody(row: LabelRow, caller: Caller): ListedLabelBody {
  shipped ??= new Map(defaultCatalogue().items.map((item) => [item.code, item.name]));
  const code = row.item_code;
  const ideographic = readableName(row.patient_name_ideographic);
  return {
    hospital: { code: row.hospital_code, name: { zh: row.name_zh, en: row.name_en } },
    studyInstanceUid: row.study_instance_uid,
    itemCode: code,
    itemName: row.item_name ?? shipped.get(code) ?? { zh: code, en: code },
    patient: {
      name: ideographic === '' ? readableName(row.patient_name_alphabetic) : ideographic,
      sex: ['M', 'F', 'O'].includes(row.patient_sex) ? row.patient_sex : '',
      age: ageAt(row.patient_birth_date, row.study_date),
    },
    studyDate: isoDate(row.study_date),
    description: row.study_description,
    scope: row.scope,
    text: row.text,
    state: row.state,
    cause: row.cause,
    reason: { zh: row.reason_zh, en: row.reason_en },
    author: eventAuthor(row.author),
    at: row.created_at.toISOString(),
    qualification: row.qualification,
    mayChange: may(caller, 'review', row.hospital_code),
  };
}
