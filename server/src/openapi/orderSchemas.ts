import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const kind = oneOf('emergency', 'ctMr', 'plain');
const status = oneOf('preliminary', 'final', 'amended', 'cancelled');
const orderStatus = oneOf('draft', 'active', 'completed', 'revoked');
const priority = oneOf('routine', 'urgent', 'asap', 'stat');
const patientClass = oneOf('', 'outpatient', 'inpatient', 'emergency', 'other');
const local = text('ISO 8601; without an offset Chinese time');
const exam = body({ code: text(), scheme: text(), name: text() }, 'code', 'scheme', 'name');
const stated = text('When the hospital’s system says this is how it is; an older one changes nothing');

const report = {
  id: text(),
  source: oneOf('api', 'fhir', 'folder', 'stow'),
  status,
  title: text(),
  findings: text(),
  impression: text(),
  lines: list(body({ depth: whole, name: text(), value: text() })),
  document: orNull(text('Address of the PDF')),
  author: text(),
  verifier: text(),
  performedAt: orNull(instant),
  reportedAt: orNull(instant),
  receivedAt: instant,
  versions: whole,
};

export const ORDER_SCHEMAS: Record<string, Schema> = {
  IntakeAnswer: body({
    hospital: text(),
    results: list(
      body(
        {
          outcome: oneOf('created', 'updated', 'unchanged', 'older', 'registered', 'refused'),
          report: text('Id of the report'),
          zh: text('Why it was refused'),
          en: text(),
        },
        'report',
        'zh',
        'en',
      ),
    ),
  }),
  NewPatients: body(
    {
      hospital: text('Needed where the credential is of several'),
      patients: list(
        body(
          {
            patientId: text(),
            issuer: text(),
            name: text(),
            sex: oneOf('', 'M', 'F', 'O'),
            birthDate: text('YYYY-MM-DD or YYYYMMDD'),
            identifiers: list(
              body(
                { kind: oneOf('idCard', 'healthCard', 'passport', 'other'), value: text(), issuer: text() },
                'issuer',
              ),
            ),
          },
          ...['issuer', 'name', 'sex', 'birthDate', 'identifiers'],
        ),
      ),
    },
    'hospital',
  ),
  NewOrders: body(
    {
      hospital: text('Needed where the credential is of several'),
      orders: list(
        body(
          {
            orderNumber: text(),
            accessionNumber: text(),
            patientId: text(),
            issuer: text(),
            exam,
            modality: text('CT, MR, DX, …'),
            department: text(),
            requester: text(),
            priority,
            patientClass,
            status: orderStatus,
            orderedAt: orNull(local),
            statedAt: orNull(stated),
          },
          ...['accessionNumber', 'patientId', 'issuer', 'modality', 'department', 'requester', 'priority'],
          ...['patientClass', 'status', 'orderedAt', 'statedAt'],
        ),
      ),
    },
    'hospital',
  ),
  NewReports: body(
    {
      hospital: text('Needed where the credential is of several'),
      reports: list(
        body(
          {
            reportNumber: text(),
            accessionNumber: text(),
            studyInstanceUid: text(),
            orderNumber: text('One of these three is needed'),
            patientId: text(),
            issuer: text(),
            status,
            findings: text(),
            impression: text(),
            author: text(),
            verifier: text(),
            performedAt: orNull(local),
            reportedAt: orNull(local),
            statedAt: orNull(stated),
            document: orNull(
              body(
                { contentType: oneOf('application/pdf'), data: text('base64'), part: text('Name of a part') },
                'contentType',
                'data',
                'part',
              ),
            ),
          },
          ...[
            'accessionNumber',
            'studyInstanceUid',
            'orderNumber',
            'patientId',
            'issuer',
            'findings',
            'impression',
          ],
          ...['author', 'verifier', 'performedAt', 'reportedAt', 'statedAt', 'document'],
        ),
      ),
    },
    'hospital',
  ),
  OrderQuery: body(
    {
      hospital: text(),
      q: text('Beginning of a number or PatientID, or part of the exam’s name'),
      status: list(orderStatus),
      images: orNull(oneOf('with', 'without')),
      limit: whole,
      cursor: orNull(text('next of the page before')),
    },
    ...['hospital', 'q', 'status', 'images', 'limit', 'cursor'],
  ),
  OrdersPage: body({
    orders: list(
      body({
        id: whole,
        hospital: ref('Hospital'),
        orderNumber: text(),
        accessionNumber: text(),
        patientId: text(),
        patientName: text(),
        exam: body({ code: text(), scheme: text(), name: text() }),
        modality: text(),
        department: text(),
        priority,
        patientClass,
        status: orderStatus,
        orderedAt: orNull(instant),
        receivedAt: instant,
        studies: list(text('Study Instance UID')),
        reports: whole,
      }),
    ),
    next: orNull(text()),
  }),
  InboxQuery: body(
    {
      hospital: text(),
      state: orNull(oneOf('done', 'failed')),
      limit: whole,
      cursor: orNull(text('next of the page before')),
    },
    ...['hospital', 'state', 'limit', 'cursor'],
  ),
  InboxPage: body({
    files: list(
      body({
        id: whole,
        hospital: ref('Hospital'),
        name: text(),
        size: whole,
        state: oneOf('done', 'failed'),
        counts: body({ patients: whole, orders: whole, reports: whole }, 'patients', 'orders', 'reports'),
        errors: list(body({ at: text(), zh: text(), en: text() })),
        seen: flag,
        takenAt: instant,
      }),
    ),
    next: orNull(text()),
    failed: whole,
  }),
  TurnaroundQuery: body({ hospital: text(), from: instant, until: instant }, 'hospital'),
  Turnaround: body({
    from: instant,
    until: instant,
    figures: list(
      body({
        hospital: ref('Hospital'),
        kind,
        reports: whole,
        withinTarget: whole,
        medianMinutes: whole,
        targetMinutes: whole,
      }),
    ),
    slowest: list(
      body({
        hospital: ref('Hospital'),
        kind,
        studyInstanceUid: orNull(text()),
        performedAt: instant,
        reportedAt: instant,
        minutes: whole,
        target: whole,
      }),
    ),
  }),
  StudyReports: body({
    studyInstanceUid: text(),
    hospital: ref('Hospital'),
    reports: list(body(report)),
  }),
  ReportVersions: body({ versions: list(body({ ...report, isCurrent: flag, version: whole })) }),
};
