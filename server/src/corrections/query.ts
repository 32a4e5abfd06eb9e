import type { Request } from 'express';
import { queryParameters } from '../dicomweb/path.ts';
import { HttpProblem } from '../problem.ts';

/** Query of a list: filters that may be repeated, a page size, and the id that the page before ended with. */
export interface ListQuery {
  values: (name: string) => string[];
  limit: number;
  before: number | null;
}

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** @throws HttpProblem 400 naming a parameter that does not fit */
export function listQuery(req: Request): ListQuery {
  const parameters = queryParameters(req.originalUrl);
  const values = (name: string) =>
    parameters.filter(([key, value]) => key === name && value !== '').map(([, value]) => value);
  return {
    values,
    limit: wholeNumber(values('limit').at(-1), 'limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT,
    before: wholeNumber(values('before').at(-1), 'before', 1, Number.MAX_SAFE_INTEGER),
  };
}

/** An id of the path. @throws HttpProblem 404: what cannot be an id is nobody's */
export function idOf(text: unknown): number {
  const id = typeof text === 'string' && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(id))
    throw new HttpProblem(404, 'not-found', 'There is nothing under this id.', '没有该编号的内容。');
  return id;
}

function wholeNumber(text: string | undefined, name: string, min: number, max: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} must be a whole number from ${min} to ${max}.`,
    `查询参数 ${name} 应为 ${min} 至 ${max} 之间的整数。`,
  );
}
