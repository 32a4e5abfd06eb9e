import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const why = oneOf('deleted', 'rejected', 'corrected', 'discarded');
const counted = list(body({ code: text(), count: whole }));

/** Bodies of deletions, corrections and what was kept aside. */
export const CORRECTION_SCHEMAS: Record<string, Schema> = {
  GivenReason: body({ code: text('As correction-reasons lists them'), text: text('Free words') }, 'text'),
  RecoveryRequest: body({ event: whole, reason: ref('GivenReason') }, 'event'),
  KeptAsideRequest: body({ decision: oneOf('accept', 'discard'), reason: ref('GivenReason') }),
  CorrectionReasons: body({
    reasons: list(
      body({
        code: text(),
        label: ref('Bilingual'),
        refusedAfterwards: flag,
      }),
    ),
  }),
  Version: body({
    id: whole,
    studyInstanceUid: text(),
    seriesInstanceUid: text(),
    sopInstanceUid: text(),
    why,
    size: whole,
    storedAt: instant,
    recovered: flag,
    removedAt: orNull(instant),
    retrievable: flag,
  }),
  CorrectionEvent: body({
    id: whole,
    kind: oneOf(
      'deleted',
      'recovered',
      'corrected',
      'restored',
      'accepted',
      'discarded',
      'rejected',
      'dismissed',
      'held',
      'released',
      'unrejected',
      'removed',
    ),
    hospital: text('Code of the hospital whose copy changed'),
    studyInstanceUid: text(),
    seriesInstanceUid: orNull(text()),
    sopInstanceUid: orNull(text()),
    reason: body({ code: text(), label: ref('Bilingual'), text: text() }),
    author: body({ kind: oneOf('machine', 'person', 'trial', 'system'), name: text() }),
    at: instant,
    instances: whole,
    rejectionNote: orNull(text('SOPInstanceUID of the rejection note concerned')),
    patientCorrection: orNull(whole),
    undo: flag,
    attributes: list(text('Keyword')),
    recoverable: flag,
    versions: list(ref('Version')),
  }),
  CorrectionsPage: body({ events: list(ref('CorrectionEvent')), next: orNull(whole) }),
  Recovery: body({ events: list(whole) }),
  KeptAside: body({
    id: whole,
    kind: oneOf('DIFFERENT_DATASET', 'OTHER_SERIES', 'REJECTION_NOTE'),
    hospital: ref('Hospital'),
    studyInstanceUid: text(),
    seriesInstanceUid: text(),
    sopInstanceUid: text(),
    sopClassUid: text(),
    transferSyntaxUid: text(),
    size: whole,
    receivedAt: instant,
    current: orNull(
      body({
        studyInstanceUid: text(),
        seriesInstanceUid: text(),
        transferSyntaxUid: text(),
        storedAt: instant,
      }),
    ),
    differences: orNull(
      body({
        attributes: list(
          body(
            {
              path: text('Tag; inside of sequences behind tags and item numbers'),
              keyword: text(),
              vr: text(),
              current: orNull(text()),
              keptAside: orNull(text()),
            },
            'current',
            'keptAside',
          ),
        ),
        more: whole,
        bulkData: flag,
      }),
    ),
    rejection: orNull(body({ reason: body({ code: text(), label: ref('Bilingual') }), instances: whole })),
    mayDecide: flag,
  }),
  KeptAsidePage: body({ entries: list(ref('KeptAside')), next: orNull(whole) }),
  KeptAsideFacets: body({ total: whole, hospitals: counted, kinds: counted }),
  KeptAsideDecision: body({ event: whole }),
};
