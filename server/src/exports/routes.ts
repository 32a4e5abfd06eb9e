import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  cancelExport,
  countExport,
  createExport,
  exportArchive,
  exportedStudies,
  type ExportJob,
  findExport,
  listExports,
  listHospitals,
  releaseExport,
  SecretBoxError,
} from '@hutong/storage-config';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, type Caller, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { ExportBody, ExportChoices, ExportPreview, ExportsPage } from '../contract/privacy.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { cursorOf, momentAndId, pageSize, readListQuery, UUID, writeCursor } from '../listQuery.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { exportBody, previewBody } from './body.ts';
import { exportExample } from './example.ts';

const BODY_LIMIT = 1024 * 1024;

const listing = z.object({
  limit: pageSize(50, 200),
  cursor: cursorOf(momentAndId),
});

/** Modalities that make images (PS3.3 C.7.3.1.1.1). Each is looked for: reading every study would take long. */
const IMAGE_MODALITIES = 'CT MR DX CR MG PX IO XA RF US IVUS NM PT BMD OCT OP ES GM SM XC RTIMAGE OT'.split(
  ' ',
);

/**
 * `/exports` below `/api`, for who may export: make, release, watch, cancel and download de-identified copies of the own
 * hospitals' studies. Exports that concern other hospitals are answered as exports that do not exist.
 */
export function exportRoutes(parts: ServerParts): Router {
  const { index, objects, config, secrets } = parts;
  const router = Router();
  const body = smallJson(BODY_LIMIT);
  const { maxStudies, release, keepDays } = config.exports;
  const catalogues = cataloguesSource(parts);
  const allowed = [requireScope('export'), forResearch];

  router.get('/exports/choices', ...allowed, async (_req, res) => {
    withoutPatients(res);
    const hospitals = hospitalsWith(callerOf(res), 'export');
    const all = await listHospitals(index);
    const { rows } = await index.query<{ modality: string }>(
      `SELECT modality FROM unnest($2::text[]) WITH ORDINALITY AS known (modality, place)
        WHERE EXISTS (SELECT FROM study WHERE modalities @> ARRAY[modality]
                         AND ($1::text[] IS NULL OR hospital_code = ANY ($1)))
        ORDER BY place`,
      [hospitals, IMAGE_MODALITIES],
    );
    const catalogue = (await catalogues()).ofRegion('');
    const answer: ExportChoices = {
      hospitals: all
        .filter(({ code }) => hospitals?.includes(code) ?? true)
        .map(({ code, nameZh, nameEn }) => ({ code, name: { zh: nameZh, en: nameEn } })),
      modalities: rows.map(({ modality }) => modality),
      items: catalogue.items.map(({ code, name }) => ({ code, name })),
      keepDays,
      release,
      most: maxStudies,
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/exports/preview', ...allowed, ...body, async (req, res) => {
    const { filter, options } = previewBody(req);
    const hospitals = hospitalsWith(callerOf(res), 'export');
    const { example, ...counts } = await countExport(index, filter, hospitals, maxStudies);
    await auditAccess(parts, req, res, {
      action: 'search',
      hospital: example?.hospital ?? '',
      studyInstanceUid: example?.studyInstanceUid ?? '',
      detail: { of: 'export preview' },
    });
    const answer: ExportPreview = {
      ...counts,
      studies: Math.min(counts.studies, maxStudies),
      tooMany: counts.studies > maxStudies,
      most: maxStudies,
      // It shows what is there before, which is for who may read it.
      example:
        example === null || !may(callerOf(res), 'read', example.hospital)
          ? null
          : await exportExample(index, example, options),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.get('/exports', ...allowed, async (req, res) => {
    withoutPatients(res);
    const { limit, cursor } = readListQuery(listing, queryParameters(req.originalUrl));
    const found = await listExports(index, hospitalsWith(callerOf(res), 'export'), {
      after: cursor,
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const answer: ExportsPage = {
      exports: page.map((job) => bodyOf(callerOf(res), job)),
      next: last === undefined ? null : writeCursor([last.at, last.id]),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/exports', ...allowed, ...body, async (req, res) => {
    const given = exportBody(req);
    const caller = callerOf(res);
    const hospitals = hospitalsWith(caller, 'export');
    const made = await createExport(
      index,
      secrets,
      { ...given, hospitals, author: authorOf(caller) },
      { most: maxStudies, release },
    ).catch((error: unknown) => {
      if (!(error instanceof SecretBoxError)) throw error;
      throw new HttpProblem(
        503,
        'no-secret-key',
        'There is no key to seal the secret of the project with: set HUTONG_SECRET_KEY_FILE.',
        '未配置主密钥（HUTONG_SECRET_KEY_FILE），无法保存项目密钥。',
        { cause: error },
      );
    });
    if (typeof made === 'string') throw refused(made, maxStudies);
    await noted(req, res, made, 'made');
    res
      .set({ 'Cache-Control': 'no-store', Location: `/api/exports/${made.id}` })
      .status(201)
      .json(bodyOf(caller, made));
  });

  router.get('/exports/:export', ...allowed, async (req, res) => {
    const job = await wanted(req, res);
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(bodyOf(callerOf(res), job));
  });

  router.delete('/exports/:export', ...allowed, async (req, res) => {
    const { id } = await wanted(req, res);
    if (!(await cancelExport(index, id))) throw noExport();
    const job = await wanted(req, res);
    await noted(req, res, job, 'cancelled');
    res.set('Cache-Control', 'no-store').json(bodyOf(callerOf(res), job));
  });

  router.post('/exports/:export/release', ...allowed, async (req, res) => {
    const { id, author } = await wanted(req, res);
    const caller = callerOf(res);
    // A key may be of who made the export.
    if (author.id === caller.id || caller.kind !== 'person') throw notReleased();
    const released = await releaseExport(index, id, { id: caller.id, name: caller.displayName });
    if (released === 'own') throw notReleased();
    if (released === null) throw noExport();
    const job = await wanted(req, res);
    await noted(req, res, job, 'released');
    res.set('Cache-Control', 'no-store').json(bodyOf(caller, job));
  });

  router.get('/exports/:export/archive', ...allowed, async (req, res) => {
    const job = await wanted(req, res);
    if (job.state !== 'done') throw noExport();
    // Each study that leaves is on record before its first byte does.
    for await (const { hospital, originalUid, manifest } of exportedStudies(index, job.id))
      await auditAccess(parts, req, res, {
        action: 'export',
        hospital,
        studyInstanceUid: originalUid,
        count: Math.max(1, manifest.files.length),
        detail: { export: job.id, project: job.project, approval: job.approval },
      });
    res.status(200).set({
      'Cache-Control': 'no-store',
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${job.project}-${job.id.slice(0, 8)}.zip"`,
    });
    await pipeline(Readable.from(exportArchive(index, objects, job)), res).catch((error: unknown) => {
      // Who went away needs no answer; who did not must not take half an archive for a whole one.
      if (!res.destroyed) res.destroy();
      parts.log.info(
        { export: job.id, reason: error instanceof Error ? error.name : '' },
        'download broke off',
      );
    });
  });

  async function wanted(req: Request, res: Response): Promise<ExportJob> {
    const id = String(req.params['export']);
    const job = UUID.test(id) ? await findExport(index, id, hospitalsWith(callerOf(res), 'export')) : null;
    if (job === null) throw noExport();
    return job;
  }

  async function noted(req: Request, res: Response, job: ExportJob, what: string): Promise<void> {
    await auditEvent(parts, req, res, {
      action: 'export',
      count: Math.max(1, job.studies),
      detail: { export: job.id, project: job.project, approval: job.approval, what },
    });
  }
  return router;
}

/** Whatever is done here is done for research, and on record as that. */
function forResearch(_req: Request, res: Response, next: NextFunction): void {
  const locals = res.locals as { caller?: Caller };
  locals.caller = { ...callerOf(res), purpose: 'HRESCH' };
  next();
}

const notReleased = (): HttpProblem =>
  problem('forbidden', {
    detail: 'Who made an export, also by a key of their own, does not release it: a second person has to.',
    detailZh: '导出须由申请人之外的第二人（本人账号登录）批准；本人创建的密钥所申请的导出也不能由本人批准。',
  });

const noExport = (): HttpProblem =>
  problem('not-found', {
    detail: 'There is no such export, or it is not there any more.',
    detailZh: '没有该导出，或已失效。',
  });

const refused = (why: 'NOTHING' | 'TOO_MANY', most: number): HttpProblem =>
  why === 'NOTHING'
    ? problem('conflict', {
        detail: 'No study fits. Look at the preview.',
        detailZh: '没有符合条件的检查，请先预览。',
      })
    : problem('conflict', {
        detail: `More than ${most} studies fit. Narrow it down.`,
        detailZh: `符合条件的检查超过 ${most} 例，请缩小范围。`,
      });

const dayText = (date: string | null): string | null =>
  date === null ? null : `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;

function bodyOf(caller: Caller, job: ExportJob): ExportBody {
  const { filter, author } = job;
  return {
    id: job.id,
    project: job.project,
    title: job.title,
    approval: job.approval,
    reason: job.reason,
    state: job.state,
    filter: {
      hospitals: [...filter.hospitals],
      modalities: [...filter.modalities],
      items: [...filter.items],
      label: filter.label,
      from: dayText(filter.from),
      to: dayText(filter.to),
      studies: [...filter.studies],
    },
    options: job.options,
    author: author.name === '' ? author.id : author.name,
    releasedBy: job.releasedByName ?? job.releasedById,
    studies: job.studies,
    studiesDone: job.studiesDone,
    studiesMissing: job.studiesMissing,
    instances: job.instances,
    flagged: job.flagged,
    leftOut: job.leftOut,
    size: job.size,
    createdAt: job.createdAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
    expiresAt: job.expiresAt?.toISOString() ?? null,
    failure: job.failure,
    mayRelease: job.state === 'unreleased' && author.id !== caller.id && caller.kind === 'person',
    mayCancel: ['unreleased', 'waiting', 'running', 'done'].includes(job.state),
    mayDownload: job.state === 'done',
  };
}
