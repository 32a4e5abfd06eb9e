import { AUDIT_ACTIONS } from '@hutong/storage-config';
import { ERRORS, json, many, problem, query } from './pathWords.ts';
import { body, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

/** Address of the audit trail. */
export const AUDIT_PATHS = {
  '/audit': {
    get: {
      operationId: 'listAuditEvents',
      summary: 'Who did what with whose data, newest first; scope admin',
      description:
        'One event for each caller, action, series and purpose within some minutes; an event that continues an earlier one tells what was added to its count. With Accept: application/fhir+json a Bundle of FHIR R4 AuditEvents, with application/xml DICOM audit messages (PS3.15 A.5).',
      parameters: [
        query('hospital', 'Whose data, hospital code; may be repeated', many({ type: 'string' })),
        query('action', 'May be repeated', many({ type: 'string', enum: [...AUDIT_ACTIONS] })),
        query('study', 'StudyInstanceUID'),
        query('patient', 'PatientID, with its one hospital'),
        query('actor', 'Key id or subject'),
        query('from', 'Earliest instant', { type: 'string', format: 'date-time' }),
        query('to', 'Instant before which', { type: 'string', format: 'date-time' }),
        query('limit', 'Events a page, 1 to 1000, 100 when absent', { type: 'integer' }),
        query('cursor', 'next of the page before'),
      ],
      responses: {
        200: json('AuditPage'),
        400: problem('A parameter does not fit; the detail names it'),
        ...ERRORS,
      },
    },
  },
};

/** Bodies of the audit trail. */
export const AUDIT_SCHEMAS: Record<string, Schema> = {
  AuditPage: body({ events: list(ref('AuditEvent')), next: orNull(text('cursor of the next page')) }),
  AuditEvent: body({
    id: text(),
    at: instant,
    action: oneOf(...AUDIT_ACTIONS),
    outcome: oneOf('success', 'refused', 'failed'),
    actor: body({ kind: text(), id: text(), name: text(), address: text() }),
    purpose: text('Code of HL7 PurposeOfUse'),
    hospital: text('Whose data'),
    patientId: text(),
    studyInstanceUid: text(),
    seriesInstanceUid: text(),
    count: { ...whole, description: 'How often, or how many objects' },
    continues: orNull(text('id of the event whose count it adds to')),
    requestId: text(),
    detail: { type: 'object', description: 'Further facts, such as the keys of a search' },
  }),
};
