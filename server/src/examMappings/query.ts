import type { Request } from 'express';
import { z } from 'zod';
import { queryParameters } from '../dicomweb/path.ts';
import { codes, cursorOf, flag, pageSize, readListQuery, single } from '../listQuery.ts';

const schema = z.object({
  hospital: codes,
  q: single.transform(([text = '']) => text.trim().slice(0, 64)).default(''),
  limit: pageSize(50, 200),
  dryRun: flag,
  // How often the last exam was seen (0 in a list by age), and its id.
  cursor: cursorOf(z.tuple([z.int().nonnegative(), z.int().positive()])),
});

export type ExamQuery = z.infer<typeof schema>;

/** Reads the query of a list of exams. @throws HttpProblem 400 that names a parameter that does not fit */
export const examQuery = (req: Request): ExamQuery => readListQuery(schema, queryParameters(req.originalUrl));
