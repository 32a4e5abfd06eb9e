import type { NextFunction, Request, Response } from 'express';
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import { requestIdOf } from '../context.ts';
import { answerProblemsBy, type HttpProblem, problem } from '../problem.ts';

/** Media type of FHIR resources in JSON (R4, 3.1.0.1.11). */
export const FHIR_JSON = 'application/fhir+json';

/** Codes of http://hl7.org/fhir/issue-type by what HTTP says. */
const ISSUE_OF_STATUS: Readonly<Record<number, OperationOutcomeIssue['code']>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  408: 'timeout',
  409: 'conflict',
  410: 'deleted',
  412: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  422: 'processing',
  429: 'throttled',
  501: 'not-supported',
  503: 'transient',
  507: 'throttled',
};

/** A problem as FHIR says it: our code and its words in both languages, and the id of the request. */
export function operationOutcome(error: HttpProblem, requestId = ''): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    ...(requestId === '' ? {} : { id: requestId.replaceAll('_', '-') }),
    issue: [
      {
        severity: error.status >= 500 ? 'fatal' : 'error',
        code: ISSUE_OF_STATUS[error.status] ?? 'exception',
        details: {
          coding: [{ system: 'urn:hutong:problem', code: error.code }],
          text: error.detailZh,
        },
        diagnostics: error.message,
      },
    ],
  };
}

/** Has every error below be answered as an OperationOutcome. */
export function asOperationOutcomes(_req: Request, res: Response, next: NextFunction): void {
  answerProblemsBy(res, (error) => {
    sendFhir(res, operationOutcome(error, requestIdOf(res)));
  });
  next();
}

/** Answers a resource. What is about patients stays out of every cache. */
export function sendFhir(res: Response, resource: object): void {
  res.set('Cache-Control', 'no-store');
  res.vary('Accept');
  res.type(`${FHIR_JSON}; charset=utf-8`).send(JSON.stringify(resource));
}

const JSON_FORMATS = new Set(['json', FHIR_JSON, 'application/json', 'text/json']);

/**
 * Refuses what asks for resources in another form than JSON: by `_format`, or else by Accept (R4 3.1.0.1.11).
 *
 * @throws HttpProblem 406
 */
export function jsonAlone(req: Request, _res: Response, next: NextFunction): void {
  const { _format: format } = req.query;
  const given = format === undefined ? null : [format].flat().map(String);
  const fits =
    given === null
      ? req.accepts([FHIR_JSON, 'application/json', 'text/json']) !== false
      : // A plus sign comes as a space.
        given.every((one) => JSON_FORMATS.has(one.replace(' ', '+').split(';')[0]?.trim() ?? ''));
  if (!fits)
    throw problem('not-acceptable', {
      detail: `Resources are answered as ${FHIR_JSON} alone.`,
      detailZh: `资源仅以 ${FHIR_JSON} 返回。`,
    });
  next();
}
