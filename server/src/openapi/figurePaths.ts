import { ERRORS, inPath, json, jsonBody, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const MONTH = query('month', 'YYYY-MM; the present month when absent');
const HOSPITAL = query('hospital', 'Hospital code; the region when absent, or the only hospital in view');
const REPORT = inPath('report', 'Number of the report');
const NO_REPORT = problem('There is no such report in view');

const file = (type: string, description: string): object => ({
  description,
  content: { [type]: { schema: { type: 'string', format: 'binary' } } },
});

/** Addresses of figures of mutual recognition, reports of months and insurance payments. */
export const FIGURE_PATHS = {
  '/figures': {
    get: {
      operationId: 'getFigures',
      summary:
        'Figures of mutual recognition of a month as they are now, with what each counts; scope figures',
      description: 'Without anything of patients. Who holds the scope for one hospital sees that hospital.',
      parameters: [MONTH, HOSPITAL],
      responses: {
        200: json('FiguresAnswer'),
        400: problem('A parameter does not fit'),
        404: problem('There is no such hospital in view'),
        ...ERRORS,
      },
    },
  },
  '/figures/months': {
    get: {
      operationId: 'getFiguresOfMonths',
      summary: 'Twelve months side by side: those that were reported as they were reported; scope figures',
      parameters: [query('until', 'Last month, YYYY-MM; the present month when absent'), HOSPITAL],
      responses: {
        200: json('FiguresMonths'),
        404: problem('There is no such hospital in view'),
        ...ERRORS,
      },
    },
  },
  '/figures/reports': {
    get: {
      operationId: 'listReports',
      summary: 'Monthly reports that were made, the last first, at most 200; scope figures',
      parameters: [query('month', 'YYYY-MM; all months when absent')],
      responses: { 200: json('Reports'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'makeReport',
      summary: 'Makes the report of a month and keeps it as it is; reports of the same month stand beside it',
      requestBody: jsonBody('NewReport'),
      responses: {
        201: json('ReportFigures'),
        400: problem('The body does not fit'),
        404: problem('There is no such hospital in view'),
        ...ERRORS,
      },
    },
  },
  '/figures/reports/{report}': {
    get: {
      operationId: 'getReport',
      summary: 'A report with its figures; scope figures',
      parameters: [REPORT],
      responses: { 200: json('ReportFigures'), 404: NO_REPORT, ...ERRORS },
    },
  },
  '/figures/reports/{report}/workbook': {
    get: {
      operationId: 'getReportWorkbook',
      summary: 'A report as XLSX, in Chinese; scope figures',
      parameters: [REPORT],
      responses: {
        200: file('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'The workbook'),
        404: NO_REPORT,
        ...ERRORS,
      },
    },
  },
  '/figures/reports/{report}/document': {
    get: {
      operationId: 'getReportDocument',
      summary: 'A report as PDF, in Chinese; scope figures',
      parameters: [REPORT],
      responses: { 200: file('application/pdf', 'The document'), 404: NO_REPORT, ...ERRORS },
    },
  },
  '/figures/reports/{report}/verification': {
    post: {
      operationId: 'verifyReport',
      summary:
        'Calculates a report again, as of the moment it was made, and says where it differs; scope figures',
      parameters: [REPORT],
      responses: { 200: json('ReportVerification'), 404: NO_REPORT, ...ERRORS },
    },
  },
  '/prices': {
    get: {
      operationId: 'listPrices',
      summary: 'What the insurance pays for items; scope figures',
      parameters: [
        query('item', 'Item code; all when absent'),
        query('revoked', 'true: entries that were revoked too', { type: 'boolean' }),
      ],
      responses: { 200: json('Prices'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'addPrice',
      summary:
        'Enters a price; another amount for the same item, region, level and day takes its place. Scope figures for the region',
      requestBody: jsonBody('NewPrice'),
      responses: { 201: json('PriceImport'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/prices/import': {
    post: {
      operationId: 'importPrices',
      summary: 'Enters a table of prices; with errors nothing of it. Scope figures for the region',
      description:
        'Columns by their names in the first line: 项目编码, 支付标准（元）, 执行日期, and as wanted 地区, 医院等级, 依据.',
      parameters: [query('dryRun', 'true: only says what would become of it', { type: 'boolean' })],
      requestBody: {
        required: true,
        content: {
          'text/csv': { schema: { type: 'string' } },
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
            schema: { type: 'string', format: 'binary' },
          },
        },
      },
      responses: { 200: json('PriceImport'), 413: problem('Larger than 4 MB'), ...ERRORS },
    },
  },
  '/prices/{price}/revocation': {
    post: {
      operationId: 'revokePrice',
      summary:
        'Revokes an entry that was wrong; reports that were made with it stay. Scope figures for the region',
      parameters: [inPath('price', 'Number of the entry')],
      requestBody: jsonBody('PriceRevocation'),
      responses: {
        204: { description: 'Revoked' },
        404: problem('There is no such entry that holds'),
        ...ERRORS,
      },
    },
  },
};

const name = body({ zh: text(), en: text() });
const code = body({ code: text(), name });
const named: Schema = { type: 'object' };
const issuing = { stored: ref('FigureCount'), labelled: ref('FigureCount') };
const deciding = {
  reminded: ref('FigureCount'),
  viewed: ref('FigureCount'),
  recognised: ref('FigureCount'),
  examinedAgain: ref('FigureCount'),
  cited: ref('FigureCount'),
  fromReminder: whole,
  savings: ref('FigureSavings'),
};
const report = {
  id: whole,
  month: text('YYYY-MM'),
  hospital: orNull(code),
  asOf: instant,
  complete: { ...flag, description: 'The month was over' },
  digest: text('SHA-256 of the figures as canonical JSON'),
  author: body({ kind: text(), name: text() }),
  createdAt: instant,
};
const price = {
  itemCode: text(),
  amountFen: { ...whole, description: 'In fen' },
  validFrom: { ...text(), format: 'date' },
  region: text('GB/T 2260 code; empty: everywhere'),
  level: text('Level of hospitals such as 三级; empty: all'),
  source: text(),
};

/** Bodies of figures, reports and prices. */
export const FIGURE_SCHEMAS: Record<string, Schema> = {
  FigureCount: body({
    items: { ...whole, description: 'One item of the list in one exam' },
    personTimes: {
      ...whole,
      description: 'Exams when stored and labelled; else a person in a hospital on a day',
    },
    persons: { ...whole, description: 'Persons, each once' },
  }),
  FigureSavings: body({
    items: whole,
    fen: whole,
    persons: whole,
    fenPerPerson: orNull(whole),
    repeated: body({ items: whole, fen: whole }),
    unpriced: list(body({ itemCode: text(), items: whole })),
    windowOpen: whole,
  }),
  FigureElsewhere: body({
    remindedItems: whole,
    viewedItems: whole,
    recognisedItems: whole,
    examinedAgainItems: whole,
  }),
  Figures: body({
    version: whole,
    month: text('YYYY-MM'),
    hospital: orNull(text()),
    asOf: instant,
    complete: flag,
    parameters: body({ timeZone: text(), repeatDays: whole, regionCode: text() }),
    total: body({ ...issuing, ...deciding }),
    elsewhere: orNull(ref('FigureElsewhere')),
    hospitals: list(body({ hospital: text(), ...issuing, ...deciding, elsewhere: ref('FigureElsewhere') })),
    departments: list(body({ hospital: text(), department: text(), ...deciding })),
    items: list(body({ itemCode: text(), ...issuing, ...deciding })),
    reasons: list(body({ code: text(), items: whole, persons: whole })),
    turnaround: list(
      body({
        hospital: text(),
        kind: oneOf('emergency', 'ctMr', 'plain'),
        reports: whole,
        withinTarget: whole,
        medianMinutes: whole,
        targetMinutes: whole,
      }),
    ),
    notes: body({ answers: whole, withdrawnDecisions: whole, unlinkedItems: whole, labelsWithdrawn: whole }),
    names: body({ hospitals: named, items: named }),
  }),
  FiguresAnswer: body({
    figures: ref('Figures'),
    definitions: { type: 'object', description: 'What each figure counts, by its name' },
    reasons: named,
    hospitals: list(code),
    region: flag,
  }),
  FiguresMonths: body({
    months: list(
      body({
        month: text('YYYY-MM'),
        from: oneOf('report', 'now'),
        stored: whole,
        labelled: whole,
        reminded: whole,
        viewed: whole,
        recognised: whole,
        examinedAgain: whole,
        cited: whole,
        savedFen: whole,
      }),
    ),
  }),
  NewReport: body({ month: text('YYYY-MM'), hospital: orNull(text('null: the region')) }),
  Report: body(report),
  Reports: body({ reports: list(ref('Report')) }),
  ReportFigures: body({ ...report, figures: ref('Figures') }),
  ReportVerification: body({
    intact: flag,
    same: flag,
    differences: list(body({ path: text(), was: text(), is: text() })),
  }),
  Price: body({
    id: whole,
    ...price,
    itemName: name,
    author: body({ kind: text(), name: text() }),
    createdAt: instant,
    revoked: orNull(body({ at: instant, by: text(), reason: text() })),
  }),
  Prices: body({
    prices: list(ref('Price')),
    mayChange: flag,
    items: list(code),
    without: list(text('Item code')),
  }),
  NewPrice: body(price, 'region', 'level', 'source'),
  PriceRevocation: body({ reason: text() }),
  PriceImport: body({
    added: whole,
    replaced: whole,
    unchanged: whole,
    errors: list(body({ line: whole, text: name })),
  }),
};
