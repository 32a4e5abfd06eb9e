import { FAILURE_REASONS, NOTE_WARNINGS, WARNING_REASONS } from '@hutong/server/statement';
import { CORRECTION_REASONS, loadConfig, MAX_REASON_TEXT } from '@hutong/storage-config';
import { code, table } from './markdown.ts';

const hex = (value: number): string => `${value.toString(16).toUpperCase().padStart(4, '0')}H`;

const STATUS = [
  [204, 'Deleted, or it was deleted before.'],
  [400, 'Bad UID in the path, no reason, or one that is not known.'],
  [401, 'No valid credential.'],
  [403, 'The credential lacks the scope `correct`, or may read the copies there are and correct none.'],
  [404, 'There is no such study, series or instance in view, also under another parent.'],
  [
    409,
    'A legal hold keeps it (`study-held`); or it is said to have expired and has not, or a policy of the hospital or region keeps it until then (`retention-not-over`). Nothing was deleted.',
  ],
  [
    503,
    'The index or the object store does not answer; nothing was deleted. `Retry-After` says when to ask again.',
  ],
] as const;

/** Deletion, corrected instances, rejection notes (IHE RAD-TF IOCM), recovery. */
export function correctionSection(): string {
  const { deletedKeepDays } = loadConfig({});
  const reasons = Object.entries(CORRECTION_REASONS).map(([name, reason]) => [
    code(name),
    reason.en,
    'documentTitle' in reason ? `(${reason.documentTitle}, DCM)` : '',
    reason.refusedAfterwards ? 'refused' : 'accepted',
  ]);
  const titles = reasons.map((row) => row[2]).filter((title) => title !== '');
  const refused = hex(FAILURE_REASONS.REFUSED_SOP_INSTANCE.code);
  const duplicate = hex(FAILURE_REASONS.DUPLICATE_SOP_INSTANCE.code);
  return `### Delete and correct

PS3.18 defines no transaction that deletes; the addresses are those of Retrieve. All of this needs a credential with the scope \`correct\` for the hospital whose copy is concerned.

**\`DELETE\`** of \`/studies/{study}\`, \`/studies/{study}/series/{series}\` and \`/studies/{study}/series/{series}/instances/{instance}\`. Below the root of one hospital its copy goes; below the root of the region all copies that the caller may correct. A reason is mandatory: \`{"reason": {"code": "WRONG_PATIENT", "text": "…"}}\` as \`application/json\`, or the header \`Hutong-Reason: WRONG_PATIENT\`, with words percent-encoded behind \`; text=\`. Words have at most ${MAX_REASON_TEXT} characters, must not be needed to understand the code except with \`OTHER\`, and are never logged. A request is carried out wholly or not at all, and a repeated one is answered 204 again. Where a policy has deletions before the end of the retention period warned of, the answer has the header \`Warning: 299\`.

${table(['status', 'meaning'], STATUS)}

${table(['reason', 'meaning', 'document title', 'when sent again'], reasons)}

What was deleted is in no search and no retrieval from then on; counts, attributes and verdicts of the study follow, and its labels are withdrawn. The objects are kept for ${deletedKeepDays} days (\`HUTONG_DELETED_KEEP_DAYS\`, 0: for ever), during which \`POST /api/studies/{study}/recover\` makes them current again with the same bytes. An instance that was deleted is refused when it is sent again (${refused}), by whomever, unless the table says otherwise, until it is recovered. Another dataset under its UID is refused too, except from a credential that may correct: it is stored, as the correction of what was deleted, where a person deleted for \`WRONG_PATIENT\`, \`WRONG_STUDY\`, \`WRONG_DATA\` or \`WRONG_WORKLIST_ENTRY\` and it says otherwise of patient, study or series what was wrong; else it is kept aside (${duplicate}) until a person decides.

**Corrected instances.** Another dataset under a stored SOP Instance UID, in the same study and series, becomes the current version when the credential that sends it may correct; the one before stays as a former version. From any other credential, where it names another study or series, or while the study is under a legal hold, it is kept aside (${duplicate}) and listed by \`GET /api/kept-aside\` with what differs, for a person to accept or discard. The same dataset is a success as ever.

**Rejection notes** (IHE RAD-TF, Imaging Object Change Management). A Key Object Selection document (1.2.840.10008.5.1.4.1.1.88.59) with one of the titles ${titles.join(', ')} rejects the instances in its Current Requested Procedure Evidence Sequence, of its own hospital, when the credential that stores it may correct: those that are stored are hidden as if deleted, those that are not are refused with ${refused} when they come. Both stay refused when they are sent again, also by a credential that may correct (RAD-TF 3, 4.66.4.2.3.1 and 4.66.4.3.3): they come back by recovery, when the document is deleted or rejected, or when a person accepts another dataset that came under their UID and was kept aside (${duplicate}); in IOCM a corrected instance has a new UID. After (113039, DCM) both may be stored again. While a legal hold or the retention period keeps a study that is named, or a policy refuses to delete it for that reason, nothing is rejected: the law comes before IOCM. Nor is anything where the document contradicts what is stored: an instance that it names has another PatientID (now and before corrections; empty ones contradict nothing), or lies in another study or series. Then, and from any other credential, the document is stored with Warning Reason ${hex(WARNING_REASONS.REJECTION_WAITS.code)} and an Error Comment (${Object.values(
    NOTE_WARNINGS,
  )
    .map(({ en }) => en)
    .join(
      '; ',
    )}), so the status is 202, and listed beside what is kept aside until a person decides. The document itself stays visible. When it is deleted or rejected, what it rejected is current again; when its study is deleted as a whole, it is not.

**History.** \`GET /api/studies/{study}/history\` says what was done, when, by whom and why; \`GET /api/studies/{study}/versions/{id}\` gives a former version as it was stored, to callers who may correct.`;
}
