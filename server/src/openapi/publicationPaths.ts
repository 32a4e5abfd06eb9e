import { json, problem, query } from './pathWords.ts';
import { body, flag, list, orNull, ref, type Schema, text } from './schemaWords.ts';

const AS_OF = [
  query('asOf', 'Day that is asked about; today when absent', { type: 'string', format: 'date' }),
];
const ANSWERS = {
  304: { description: 'Known by its ETag' },
  400: problem('Not a day'),
  429: problem('Too many requests from this address'),
};

/** Addresses of what is published of mutual recognition. */
export const PUBLICATION_PATHS = {
  '/publication': {
    get: {
      operationId: 'readPublication',
      summary:
        'Recognised items, hospitals, scopes and validity, with the quality-control centres; for everyone',
      description: 'Nothing about patients. Any page may read it; ask again with If-None-Match.',
      security: [],
      parameters: AS_OF,
      responses: { 200: json('Publication'), ...ANSWERS },
    },
  },
  '/publication/table': {
    get: {
      operationId: 'readPublicationTable',
      summary: 'The same as a table, one row a hospital, item and scope; for everyone',
      security: [],
      parameters: AS_OF,
      responses: {
        200: { description: 'CSV', content: { 'text/csv': { schema: { type: 'string' } } } },
        ...ANSWERS,
      },
    },
  },
};

const bilingual = ref('Bilingual');

export const PUBLICATION_SCHEMAS: Record<string, Schema> = {
  Publication: body({
    region: text(),
    asOf: text(),
    scopes: list(ref('PublishedScope')),
    hospitals: list(ref('PublishedHospitalName')),
    centres: list(ref('PublishedCentre')),
  }),
  PublishedScope: body({
    name: text(),
    nameEn: text(),
    kind: text(),
    within: list(text()),
    label: text(),
    items: list(ref('PublishedItem')),
  }),
  PublishedItem: body({
    code: text(),
    name: bilingual,
    category: text(),
    hospitals: list(ref('PublishedHospital')),
  }),
  PublishedHospital: body({
    code: text(),
    evaluatedAt: text(),
    validUntil: text(),
    centre: orNull(text()),
    suspended: flag,
  }),
  PublishedHospitalName: body({ code: text(), name: bilingual, level: text() }),
  PublishedCentre: body({ code: text(), name: bilingual, scope: text() }),
};
