import { CHANGE_ACTIONS, CORRECTABLE, loadConfig, MAX_CORRECTED_STUDIES } from '@hutong/storage-config';
import { code, table } from './markdown.ts';

const MEANING: Record<(typeof CHANGE_ACTIONS)[number], string> = {
  stored: 'instances were added',
  corrected: 'instances were replaced by corrected versions',
  deleted: 'instances were deleted',
  rejected: 'a rejection note took effect on instances',
  recovered: 'instances that were deleted or rejected came back, as they were or corrected',
  judged: 'a new conformance result stands',
  labelled: 'HR labels of the study changed',
  patientCorrected:
    'attributes of the patient or study were corrected; `corrected` follows as objects are written anew',
  glassBroken:
    'somebody of another hospital opened the study in an emergency; `GET /api/access/notices` says who and why',
  recognised: 'another hospital recognised the study; `GET /api/recognition/decisions` says which and when',
  examinedAgain: 'another hospital examines again although the study exists; the same list says the reason',
  recognitionWithdrawn: 'another hospital took back what it had decided on the study',
};

/** Change feed and webhooks. */
export function changeFeedSection(): string {
  const { changesDays } = loadConfig({});
  return `\`GET /api/changes?since=N\` lists what happened to the studies in view. A change is written in the transaction of the fact and numbered when that is committed, so the order is that of commits: a transaction that ends late gets a later number and is never skipped, and whoever has read number N has read all before it. Numbers are consecutive over the region; each change names in \`previous\` the number of the one before it in the caller's view, so that a hole would show also where changes of other hospitals lie between. \`wait=60\` answers when something happens; \`Accept: text/event-stream\` is a stream that is resumed by \`Last-Event-ID\` and ends with the caller's credential. Changes are kept ${changesDays} days (\`HUTONG_CHANGES_DAYS\`); asking for older ones is answered 410.

${table(
  ['action', 'meaning'],
  CHANGE_ACTIONS.map((action) => [code(action), MEANING[action]]),
)}

**Webhooks** get the same changes by \`POST\`, one a request, in order and at least once; the id of a delivery stays the same when it is tried again. They are signed as Standard Webhooks says (\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature: v1,…\`, HMAC-SHA256 with the secret behind \`whsec_\`). An answer other than 2xx is tried again after 5 s and then ever later, up to every 15 minutes, without end; 410 pauses the webhook. Redirects are not followed. Bodies hold UIDs, codes and numbers, at most 100 SOP Instance UIDs, and nothing of a patient; those of the format \`fhir\` are Bundles of FHIR R4 resources, with patients where the webhook was made so. \`HUTONG_WEBHOOK_ADDRESSES\` says which addresses may be delivered to; names are resolved and checked for each connection.`;
}

/** Corrections of patient data. */
export function patientCorrectionSection(): string {
  const { patientName, patientBirthDate, patientSex, ...others } = CORRECTABLE;
  const keywords = (entries: { keyword: string }[]): string =>
    entries.map(({ keyword }) => code(keyword)).join(', ');
  const ofPatient = keywords([patientName, patientBirthDate, patientSex]);
  return `\`POST /api/patient-corrections\`, with the scope \`correct\` and a reason, for one hospital; at most ${MAX_CORRECTED_STUDIES} studies at once.

${table(
  ['kind', 'corrects'],
  [
    [
      '`patientMerge`',
      `all studies of one patient get the identity of another, and ${ofPatient} of its newest study unless given; studies that arrive later for the merged patient too. The other's own studies stay as they are: \`patientAttributes\` corrects them all`,
    ],
    ['`patientAttributes`', `${ofPatient} in all studies of a patient`],
    ['`studyAttributes`', `in one study also ${keywords(Object.values(others))}`],
  ],
)}

Searches show a correction at once. Then each stored instance is written anew: the corrected attributes, an item of Original Attributes Sequence (0400,0561) with the values before (reason \`CORRECT\`), pixel data and all other attributes as they were; so metadata, frames, whole instances and rendered images agree with the search. The versions before are kept as former versions. Implicit VR and big endian datasets become Explicit VR Little Endian, every other transfer syntax stays. Text that the character set of the dataset cannot hold makes all of it \`ISO_IR 192\`. Until an instance was written anew, its own metadata and object have the attributes before. An instance that cannot be written anew keeps them for good and is listed with a reason. Instances that arrive later for a corrected study are corrected as well. The instances as they were first received are known when they are sent again. Verdicts and HR labels stay; a study is judged again only when its description, or the patient's birth date or sex, was corrected.

**Undoing.** \`POST /api/patient-corrections/{id}/undo\`, with a reason, undoes a correction (202; 200 where it had been): searches have at once, and each instance after being written anew, what it was received with, as its Original Attributes Sequence says, which gets one more item; where an earlier correction gave a value, that one. Studies that came under a merge because they arrived later go back too, and what arrives from then on stays the patient's it was sent for. Values of later corrections of single studies stay. Where a later correction found the study or patient by the identity that this one gave it, 409 names it: it is to be undone first. The correction stays on record with who undid it, when and why; the feed says \`patientCorrected\` again. A version that the writing of a correction replaced cannot be recovered while the correction stands (409).`;
}
