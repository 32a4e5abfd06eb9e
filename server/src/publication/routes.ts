import { createHash } from 'node:crypto';
import { chineseDay, readPublication } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { PublicationBody } from '../contract/publication.ts';
import type { ServerParts } from '../context.ts';
import { cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { currentCatalogue } from '../dicomweb/currentCatalogue.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { readListQuery, single } from '../listQuery.ts';
import { publicationBody } from './publicationBody.ts';
import { publicationTable } from './publicationTable.ts';

/** How long an answer is believed, in milliseconds: everyone may ask, and it changes with people's entries. */
const BELIEVED_MS = 15_000;
/** Days whose answers are kept. */
const MOST_KEPT = 32;

const schema = z.object({
  asOf: single
    .pipe(z.tuple([z.iso.date()]))
    .transform(([day]) => day)
    .refine((day) => day >= '2000-01-01' && day <= '2100-01-01')
    .optional(),
});

interface Kept {
  body: Promise<{ body: PublicationBody; json: string; etag: string }>;
  until: number;
}

/**
 * `/publication` below `/api`, for everyone (S0): which hospitals' results of which items are recognised in which scopes,
 * until when, and by which centre. Public data: any page may read it.
 */
export function publicationRoutes(parts: Pick<ServerParts, 'index' | 'config'>): Router {
  const { index, config } = parts;
  const catalogues = cataloguesSource(parts);
  const kept = new Map<string, Kept>();
  const router = Router();

  async function make(asOf: string): Promise<{ body: PublicationBody; json: string; etag: string }> {
    const publication = await readPublication(index, config.regionName, asOf);
    const lists = { ...(await catalogues()), current: await currentCatalogue(parts) };
    const leaveOut = config.publication.suspended === 'left-out';
    const body = publicationBody(publication, lists, { region: config.regionName, asOf, leaveOut });
    const json = JSON.stringify(body);
    return { body, json, etag: createHash('sha256').update(json).digest('base64url').slice(0, 22) };
  }

  function read(asOf: string): Kept['body'] {
    const now = performance.now();
    const known = kept.get(asOf);
    if (known !== undefined && known.until > now) return known.body;
    const body = make(asOf);
    kept.delete(asOf);
    kept.set(asOf, { body, until: now + BELIEVED_MS });
    body.catch(() => kept.delete(asOf));
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return body;
  }

  const asked = (req: Request): string =>
    readListQuery(schema, queryParameters(req.originalUrl)).asOf ?? chineseDay();

  /** Whether the client has it already, so that 304 was answered. */
  function isKnown(req: Request, res: Response, tag: string): boolean {
    res.set({ 'Cache-Control': 'public, max-age=60', ETag: tag, 'Access-Control-Allow-Origin': '*' });
    const given = (req.get('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
    if (!given.includes(tag)) return false;
    res.status(304).end();
    return true;
  }

  router.get('/publication', async (req, res) => {
    const { json, etag } = await read(asked(req));
    if (!isKnown(req, res, `"${etag}"`)) res.type('json').send(json);
  });

  router.get('/publication/table', async (req, res) => {
    const { body, etag } = await read(asked(req));
    if (isKnown(req, res, `"${etag}-csv"`)) return;
    res.attachment(`hutong-publication-${body.asOf}.csv`).type('text/csv; charset=utf-8');
    res.send(publicationTable(body));
  });
  return router;
}
