import { ERRORS, inPath, json, jsonBody, problem, query } from './pathWords.ts';
import { body, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const ID = inPath('id', 'Id of the list');
const VERSION = inPath('version', 'Version of the list');
const NO_CATALOGUE = problem('There is no such version of a list');

/** Mutual-recognition lists as versioned data, and re-evaluations of stored studies. */
export const CATALOGUE_PATHS = {
  '/catalogue': {
    get: {
      operationId: 'getCatalogue',
      summary:
        'The mutual-recognition list in force today in the deployment’s region, or the one that is named',
      parameters: [query('id', 'Id of a list; with version'), query('version', 'Version of the list')],
      responses: { 200: json('Catalogue'), 404: NO_CATALOGUE, ...ERRORS },
    },
  },
  '/catalogues': {
    get: {
      operationId: 'listCatalogues',
      summary: 'All versions of all lists',
      responses: { 200: json('Catalogues'), ...ERRORS },
    },
    post: {
      operationId: 'importCatalogue',
      summary: 'Imports a version of a list as a draft; the same document again changes nothing',
      description:
        'Scope admin, of the region. At most 5 MB. The answer tells the difference from what is in force in its region, and how many studies would be judged again.',
      parameters: [query('dryRun', 'true: only says what would be', { type: 'boolean' })],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      responses: {
        200: json('CatalogueImport', 'Dry run'),
        201: json('CatalogueImport', 'Imported'),
        400: problem('No valid list; errors names every path that is wrong'),
        409: problem('catalogue-differs: imported before with other content'),
        413: problem('Larger than 5 MB'),
        ...ERRORS,
      },
    },
  },
  '/catalogues/difference': {
    get: {
      operationId: 'compareCatalogues',
      summary: 'In what one version differs from another',
      parameters: [query('from', 'id@version'), query('to', 'id@version')],
      responses: {
        200: json('CatalogueDifference'),
        400: problem('Not id@version'),
        404: NO_CATALOGUE,
        ...ERRORS,
      },
    },
  },
  '/catalogues/{id}/{version}/document': {
    get: {
      operationId: 'exportCatalogue',
      summary: 'The document as it was imported',
      parameters: [ID, VERSION],
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } },
        404: NO_CATALOGUE,
        ...ERRORS,
      },
    },
  },
  '/catalogues/{id}/{version}/history': {
    get: {
      operationId: 'getCatalogueHistory',
      summary: 'What was done to a version, oldest first',
      parameters: [ID, VERSION],
      responses: { 200: json('CatalogueHistory'), 404: NO_CATALOGUE, ...ERRORS },
    },
  },
  '/catalogues/{id}/{version}/state': {
    post: {
      operationId: 'changeCatalogueState',
      summary:
        'Puts a version in force, or withdraws it; studies whose list becomes another are judged again',
      description: 'Scope admin, of the region.',
      parameters: [ID, VERSION],
      requestBody: jsonBody('NewCatalogueState'),
      responses: {
        200: json('CatalogueStateChange'),
        400: problem('The body does not fit'),
        404: NO_CATALOGUE,
        409: problem('catalogue-not-in-force: a draft cannot be withdrawn'),
        ...ERRORS,
      },
    },
  },
  '/reevaluations': {
    get: {
      operationId: 'listReevaluations',
      summary:
        'Re-evaluations of stored studies and how far they have come, newest first; scope admin, of the region',
      responses: { 200: json('Reevaluations'), ...ERRORS },
    },
    post: {
      operationId: 'beginReevaluation',
      summary: 'Has stored studies judged again in the background; scope admin, of the region',
      requestBody: jsonBody('NewReevaluation'),
      responses: {
        202: json('Reevaluation', 'Begun, or waiting already'),
        400: problem('The body does not fit'),
        404: problem('There is no such hospital'),
        ...ERRORS,
      },
    },
  },
  '/reevaluations/{reevaluation}/cancel': {
    post: {
      operationId: 'cancelReevaluation',
      summary: 'Ends a re-evaluation; what was judged stays judged',
      parameters: [inPath('reevaluation', 'Id of the re-evaluation')],
      responses: {
        200: json('Reevaluation'),
        404: problem('There is no such re-evaluation'),
        ...ERRORS,
      },
    },
  },
};

const day = { type: 'string', format: 'date' };
const named = body({ code: text(), name: ref('Bilingual') });
const level = oneOf('must', 'should', 'conditional', 'info');
const side = orNull(body({ level, label: ref('Bilingual') }));
const version = body({ id: text(), version: text() });

export const CATALOGUE_SCHEMAS: Record<string, Schema> = {
  CatalogueVersion: body({
    id: text(),
    version: text(),
    title: ref('Bilingual'),
    region: body({ code: text('GB/T 2260'), name: ref('Bilingual') }),
    source: text(),
    effectiveFrom: day,
    effectiveUntil: orNull(day),
    state: oneOf('draft', 'inForce', 'withdrawn'),
    items: whole,
    studies: { ...whole, description: 'Studies that were judged with it last' },
    importedBy: text(),
    importedAt: instant,
  }),
  Catalogues: body({ catalogues: list(ref('CatalogueVersion')) }),
  CatalogueDifference: body({
    from: version,
    to: version,
    added: list(named),
    removed: list(named),
    changed: list(
      body({
        code: text(),
        name: ref('Bilingual'),
        requirements: list(
          body({
            id: text(),
            kind: oneOf('added', 'removed', 'changed'),
            before: side,
            after: side,
            text: ref('Bilingual'),
          }),
        ),
        other: list(ref('Bilingual')),
      }),
    ),
  }),
  CatalogueImport: body({
    catalogue: orNull(ref('CatalogueVersion')),
    errors: list(body({ path: text(), text: ref('Bilingual') })),
    difference: orNull(ref('CatalogueDifference')),
    studies: whole,
  }),
  CatalogueHistory: body({
    events: list(
      body({
        event: oneOf('imported', 'inForce', 'withdrawn'),
        effectiveFrom: day,
        effectiveUntil: orNull(day),
        author: text(),
        at: instant,
      }),
    ),
  }),
  NewCatalogueState: body(
    { state: oneOf('inForce', 'withdrawn'), effectiveFrom: day, effectiveUntil: orNull(day) },
    'effectiveFrom',
    'effectiveUntil',
  ),
  CatalogueStateChange: body({
    catalogue: ref('CatalogueVersion'),
    reevaluation: orNull(ref('Reevaluation')),
  }),
  NewReevaluation: body(
    { hospitals: list(text('Hospital code')), from: day, until: day },
    'hospitals',
    'from',
    'until',
  ),
  Reevaluation: body({
    id: whole,
    reason: oneOf('catalogue', 'engine', 'examMapping', 'request'),
    requestedBy: text(),
    requestedAt: instant,
    state: oneOf('waiting', 'working', 'done', 'cancelled'),
    total: whole,
    judged: whole,
    changed: { ...whole, description: 'Studies whose verdicts that hold, or labels, changed' },
    failed: whole,
    endedAt: orNull(instant),
  }),
  Reevaluations: body({ reevaluations: list(ref('Reevaluation')) }),
};
