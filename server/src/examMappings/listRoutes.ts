import { listExamMappings, listUnmappedExams, readNamedMappings } from '@hutong/storage-config';
import { Router } from 'express';
import { auditAccess, queryOf, withoutPatients } from '../audit/audit.ts';
import { callerOf, hospitalsInView, may, type ServerParts } from '../context.ts';
import type { ExamMappingsPage, UnmappedExamsPage } from '../contract/conformance.ts';
import { cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { mappingBody, unmappedBody } from './bodies.ts';
import { lessonsSource } from './lessons.ts';
import { examQuery } from './query.ts';
import { writeCursor } from '../listQuery.ts';
import { suggest } from './suggest.ts';
import { MOST_LINES, writeTable } from './table.ts';
import { askedHospitals, hospitalInView, oneHospital } from './view.ts';

/**
 * Below `/api`, for who may read the hospital's studies: `GET /exam-mappings`, `GET /exam-mappings/unmapped` with likely
 * items, and `GET /exam-mappings/export` as CSV.
 */
export function examListRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index } = parts;
  const catalogues = cataloguesSource(parts);
  const lessons = lessonsSource(index);
  const router = Router();

  router.get('/exam-mappings', async (req, res) => {
    withoutPatients(res);
    const { hospital, q, limit, cursor } = examQuery(req);
    const found = await listExamMappings(index, {
      hospitals: askedHospitals(res, hospital),
      q,
      before: cursor?.[1] ?? null,
      limit: limit + 1,
    });
    const inUse = await catalogues();
    const last = found.length > limit ? found[limit - 1] : undefined;
    const page: ExamMappingsPage = {
      mappings: found.slice(0, limit).map((mapping) => mappingBody(mapping, inUse)),
      next: last === undefined ? null : writeCursor([0, last.id]),
    };
    res.set('Cache-Control', 'private, no-cache').json(page);
  });

  router.get('/exam-mappings/unmapped', async (req, res) => {
    const { hospital, q, limit, cursor } = examQuery(req);
    const { exams, total } = await listUnmappedExams(index, {
      hospitals: askedHospitals(res, hospital),
      q,
      after: cursor === null ? null : { studies: cursor[0], id: cursor[1] },
      limit: limit + 1,
    });
    const [inUse, learned] = await Promise.all([catalogues(), lessons()]);
    const caller = callerOf(res);
    const inView = hospitalsInView(caller, { hospital: null });
    const isShown = (code: string): boolean => inView === null || inView.includes(code);
    const last = exams.length > limit ? exams[limit - 1] : undefined;
    const page: UnmappedExamsPage = {
      exams: exams.slice(0, limit).map((exam) => {
        const suggestions = suggest(exam, learned, inUse.ofRegion(exam.region), isShown);
        return unmappedBody(exam, suggestions, inUse, may(caller, 'review', exam.hospital));
      }),
      next: last === undefined ? null : writeCursor([last.studies, last.id]),
      total,
    };
    await auditAccess(parts, req, res, {
      action: 'search',
      count: page.exams.length,
      detail: { of: 'exams', query: queryOf(req) },
    });
    res.set('Cache-Control', 'private, no-cache').json(page);
  });

  router.get('/exam-mappings/export', async (req, res) => {
    withoutPatients(res);
    const { code } = await hospitalInView(index, res, oneHospital(examQuery(req).hospital));
    const table = writeTable(await readNamedMappings(index, code, MOST_LINES));
    res
      .set({
        'Cache-Control': 'private, no-cache',
        'Content-Disposition': `attachment; filename="exam-mappings-${code}.csv"`,
      })
      .type('text/csv; charset=utf-8')
      .send(table);
  });
  return router;
}
