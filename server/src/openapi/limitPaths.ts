import { ERRORS, inPath, json, jsonBody, problem } from './pathWords.ts';
import { body, flag, instant, list, orNull, ref, type Schema, whole } from './schemaWords.ts';

/** Addresses of usage and quotas. */
export const LIMIT_PATHS = {
  '/usage': {
    get: {
      operationId: 'getUsage',
      summary: 'What each hospital stores and may store, and the limits on requests; scope admin',
      responses: { 200: json('Usage'), ...ERRORS },
    },
  },
  '/usage/{hospital}': {
    put: {
      operationId: 'setQuota',
      summary: 'Says how much a hospital may store; stores beyond it are answered 507. Region administrators',
      parameters: [inPath('hospital', 'Hospital code')],
      requestBody: jsonBody('Quota'),
      responses: {
        204: { description: 'Set' },
        400: problem('The body does not fit'),
        404: problem('There is no such hospital'),
        ...ERRORS,
      },
    },
  },
};

/** Bodies of usage and quotas. */
export const LIMIT_SCHEMAS: Record<string, Schema> = {
  Quota: body({ maxBytes: orNull({ ...whole, description: 'null: no limit' }) }),
  Usage: body({
    hospitals: list(
      body({
        hospital: ref('Hospital'),
        bytes: whole,
        studies: whole,
        instances: whole,
        countedAt: orNull(instant),
        maxBytes: orNull(whole),
      }),
    ),
    maySet: flag,
    requests: body({ perMinute: whole, atOnce: whole, strangersPerMinute: whole }),
  }),
};
