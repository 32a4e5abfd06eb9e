import { CHANGE_ACTIONS, type ChangeFilter } from '@hutong/storage-config';
import { queryParameters } from '../dicomweb/path.ts';
import { HttpProblem } from '../problem.ts';

export const MAX_CHANGES = 1000;
const DEFAULT_CHANGES = 200;
/** Longest wait for a change, in seconds. */
export const MAX_WAIT_SECONDS = 60;

export interface ChangesRequest {
  /** `null`: from the oldest change that is kept. */
  since: number | 'now' | null;
  limit: number;
  waitSeconds: number;
  /** Hospitals that were named; null: all in view. */
  hospitals: string[] | null;
  actions: ChangeFilter['actions'];
}

function badParameter(name: string, expected: string, expectedZh: string): HttpProblem {
  return new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} is ${expected}.`,
    `查询参数 ${name} 应为${expectedZh}。`,
  );
}

/**
 * Reads the query of the change feed; `Last-Event-ID`, which a stream that connects again sends, goes before `since`.
 *
 * @throws HttpProblem 400 naming the parameter that does not fit
 */
export function parseChangesRequest(url: string, lastEventId: string | undefined): ChangesRequest {
  const request: ChangesRequest = {
    since: null,
    limit: DEFAULT_CHANGES,
    waitSeconds: 0,
    hospitals: null,
    actions: null,
  };
  for (const [name, value] of queryParameters(url)) {
    switch (name) {
      case 'since':
        request.since = value === 'now' ? value : wholeNumber(name, value, 0, Number.MAX_SAFE_INTEGER);
        break;
      case 'limit':
        request.limit = wholeNumber(name, value, 1, MAX_CHANGES);
        break;
      case 'wait':
        request.waitSeconds = wholeNumber(name, value, 0, MAX_WAIT_SECONDS);
        break;
      case 'hospital':
        request.hospitals = [...(request.hospitals ?? []), value];
        break;
      case 'action':
        if (!(CHANGE_ACTIONS as readonly string[]).includes(value))
          throw badParameter(
            name,
            `one of ${CHANGE_ACTIONS.join(', ')}`,
            ` ${CHANGE_ACTIONS.join('、')} 之一`,
          );
        request.actions = [...(request.actions ?? []), value];
        break;
      default:
        throw new HttpProblem(
          400,
          'bad-query-parameter',
          'The change feed knows since, limit, wait, hospital and action.',
          '变更流支持的查询参数为 since、limit、wait、hospital 与 action。',
        );
    }
  }
  if (lastEventId !== undefined && lastEventId !== '')
    request.since = wholeNumber('Last-Event-ID', lastEventId, 0, Number.MAX_SAFE_INTEGER);
  return request;
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  const rangeZh = max === Number.MAX_SAFE_INTEGER ? `不小于 ${min}` : `${min} 至 ${max}`;
  const orNow = name === 'since' ? ', or now' : '';
  throw badParameter(
    name,
    `a whole number ${range}${orNow}`,
    `${rangeZh}的整数${orNow === '' ? '' : '或 now'}`,
  );
}
