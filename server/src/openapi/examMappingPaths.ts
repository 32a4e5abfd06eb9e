import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';

const HOSPITALS = query('hospital', 'Hospital code; may be repeated', many({ type: 'string' }));
const BAD_QUERY = problem('A parameter does not fit; the detail names it');
const CURSOR = query('cursor', 'next of the page before');
const LIMIT = query('limit', 'Entries a page, 1 to 200, 50 when absent', { type: 'integer' });
const SEARCHED = query('q', 'Part of the code or name');
const CSV = { 'text/csv': { schema: { type: 'string' } } };

/** What the exams of hospitals stand for. */
export const EXAM_MAPPING_PATHS = {
  '/exam-mappings': {
    get: {
      operationId: 'listExamMappings',
      summary: 'What exam codes and names of hospitals stand for',
      parameters: [HOSPITALS, SEARCHED, LIMIT, CURSOR],
      responses: { 200: json('ExamMappingsPage'), 400: BAD_QUERY, ...ERRORS },
    },
    put: {
      operationId: 'mapExam',
      summary:
        'Maps an exam of a hospital to items, in place of what it was mapped to; needs the scope review',
      description: 'The studies that carry the exam are judged again in the background.',
      requestBody: jsonBody('NewExamMapping'),
      responses: {
        200: json('ExamMapping'),
        400: problem('The body does not fit, or an item is on no list; the detail says where'),
        404: problem('There is no such hospital in view'),
        ...ERRORS,
      },
    },
  },
  '/exam-mappings/{mapping}': {
    delete: {
      operationId: 'endExamMapping',
      summary: 'Ends a mapping; the studies that carry the exam are judged again',
      parameters: [inPath('mapping', 'id of the mapping')],
      responses: {
        204: { description: 'Ended' },
        404: problem('There is none in view, or it was ended'),
        ...ERRORS,
      },
    },
  },
  '/exam-mappings/unmapped': {
    get: {
      operationId: 'listUnmappedExams',
      summary: 'Exams that nobody mapped, the most frequent first, with likely items',
      parameters: [HOSPITALS, SEARCHED, LIMIT, CURSOR],
      responses: { 200: json('UnmappedExamsPage'), 400: BAD_QUERY, ...ERRORS },
    },
  },
  '/exam-mappings/export': {
    get: {
      operationId: 'exportExamMappings',
      summary: 'The exam table of a hospital as CSV: code, scheme, name, items',
      description:
        'UTF-8 with a byte order mark, RFC 4180. A cell that a spreadsheet would take for a formula has an apostrophe before it, which an import takes away.',
      parameters: [query('hospital', 'Hospital code')],
      responses: {
        200: { description: 'OK', content: CSV },
        400: BAD_QUERY,
        404: problem('There is no such hospital in view'),
        ...ERRORS,
      },
    },
  },
  '/exam-mappings/import': {
    post: {
      operationId: 'importExamMappings',
      summary:
        'Maps the exams of a CSV table; all of them, or none where a line has an error; needs the scope review',
      description:
        'Columns code, scheme, name and items (item codes separated by spaces or semicolons; - for an exam on no item). UTF-8 or GB 18030, separated by comma, semicolon or tab.',
      parameters: [
        query('hospital', 'Hospital code'),
        query('dryRun', 'true: says what would be done, and does nothing', {
          type: 'string',
          enum: ['true', 'false'],
        }),
      ],
      requestBody: { required: true, content: CSV },
      responses: {
        200: json('ExamMappingImport', 'Done; of a dry run also with errors'),
        400: json('ExamMappingImport', 'Nothing was mapped: lines have errors'),
        404: problem('There is no such hospital in view'),
        413: problem('The table is too large'),
        ...ERRORS,
      },
    },
  },
};
