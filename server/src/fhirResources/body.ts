import { json, type RequestHandler, urlencoded } from 'express';
import { problem } from '../problem.ts';
import { continueBody, limitBodyTime } from '../requestBody.ts';
import { FHIR_JSON } from './outcome.ts';

const FORM = 'application/x-www-form-urlencoded';
const FORM_LIMIT = 16_384;

const wanted: RequestHandler = (req, res, next) => {
  continueBody(req, res);
  next();
};

/** Refuses bodies of other media types. @throws HttpProblem 415 */
const only =
  (types: readonly string[]): RequestHandler =>
  (req, _res, next) => {
    if (req.is([...types]) === false || (req.get('content-type') ?? '') === '')
      throw problem('unsupported-media-type', {
        detail: `The body has to be ${types[0] ?? ''}.`,
        detailZh: `请求内容须为 ${types[0] ?? ''}。`,
      });
    next();
  };

/** Reads the resource that a request gives; `limit` in bytes. @throws HttpProblem 400, 413, 415 */
export function fhirBody(limit: number): RequestHandler[] {
  const types = [FHIR_JSON, 'application/json'];
  return [limitBodyTime, wanted, only(types), json({ limit, type: types })];
}

/** Reads the parameters of a search that is posted (`_search`). @throws HttpProblem 413, 415 */
export function searchBody(): RequestHandler[] {
  return [limitBodyTime, wanted, only([FORM]), urlencoded({ limit: FORM_LIMIT, extended: false })];
}
