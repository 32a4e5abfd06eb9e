import type { Bilingual } from '@hutong/conformance';
import { type LabelCause, labelText } from '@hutong/recognition';
import type {
  Author,
  Hospital,
  LabelEvent,
  Relabelling,
  StoredLabelPolicy,
  StudyLabels,
  Withdrawal,
  WithdrawalOutcome,
} from '@hutong/storage-config';
import { type Caller, may } from '../context.ts';
import type {
  LabelEventBody,
  LabelPolicyBody,
  LabelWithdrawalBody,
  LabelWithdrawalOutcomeBody,
  RelabellingBody,
  StudyLabelBody,
  StudyLabelsBody,
} from '../contract/labels.ts';

/** What a label covers (S0). */
export const COVERS: Bilingual = {
  zh: '互认标识只覆盖本次检查的影像和数据，不包括医师的诊断结论；诊断结论由接诊医师自行判断。',
  en: 'An HR label covers the images and data of this examination, never the physician’s conclusion: that is for the treating physician to judge.',
};

const nameOf = ({ id, name }: Author): string => (name === '' ? id : name);

export type HospitalNames = ReadonlyMap<string, Bilingual>;

export function hospitalNames(hospitals: readonly Hospital[]): HospitalNames {
  return new Map(hospitals.map(({ code, nameZh, nameEn }) => [code, { zh: nameZh, en: nameEn }]));
}

export const named = (code: string, names: HospitalNames): { code: string; name: Bilingual } => ({
  code,
  name: names.get(code) ?? { zh: code, en: code },
});

/** Who brought an event about; events keep the kind before the name. */
export const eventAuthor = (author: string): string => author.replace(/^(person|machine|trial|system) /, '');

export function eventBody({ at, cause, author, ...event }: LabelEvent): LabelEventBody {
  return { ...event, cause: cause as LabelCause, author: eventAuthor(author), at: at.toISOString() };
}

/** Who may read nothing of the hospital's studies is not told which study it is. */
export function withdrawalBody(
  withdrawal: Withdrawal,
  names: HospitalNames,
  caller: Caller,
): LabelWithdrawalBody {
  const { hospital, studyInstanceUid, author, at, lifted, ...rest } = withdrawal;
  return {
    ...rest,
    hospital: named(hospital, names),
    studyInstanceUid: may(caller, 'read', hospital) ? studyInstanceUid : null,
    ofStudy: studyInstanceUid !== null,
    author: nameOf(author),
    at: at.toISOString(),
    lifted:
      lifted === null ? null : { at: lifted.at.toISOString(), by: nameOf(lifted.by), reason: lifted.reason },
    mayLift: lifted === null && may(caller, 'registry', hospital),
  };
}

export const outcomeBody = (
  { withdrawal, studies, goesOn }: WithdrawalOutcome,
  names: HospitalNames,
  caller: Caller,
): LabelWithdrawalOutcomeBody => ({ withdrawal: withdrawalBody(withdrawal, names, caller), studies, goesOn });

export function studyLabelsBody(
  found: StudyLabels,
  hospital: string,
  names: HospitalNames,
  caller: Caller,
): StudyLabelsBody {
  const codes = [
    ...new Set([
      ...found.items.map(({ itemCode }) => itemCode),
      ...found.labels.map(({ decision }) => decision.itemCode),
    ]),
  ];
  return {
    hospital: named(hospital, names),
    studyDate: found.studyDate,
    pending: found.pending,
    notListed: found.notListed === null ? null : { text: found.notListed.text },
    items: codes.map((code) => {
      const item = found.items.find(({ itemCode }) => itemCode === code);
      return {
        code,
        name: item?.itemName ?? { zh: code, en: code },
        verdict: item?.verdict ?? null,
        decided: item?.decided ?? false,
        labels: found.labels.filter(({ decision }) => decision.itemCode === code).map(labelBody),
      };
    }),
    covers: COVERS,
    mayChange: may(caller, 'review', hospital),
    mayLift: may(caller, 'registry', hospital),
  };
}

function labelBody({ decision, event }: StudyLabels['labels'][number]): StudyLabelBody {
  return {
    scope: decision.scope,
    text: labelText(decision.scope),
    state: event?.state ?? null,
    since: event?.at.toISOString() ?? null,
    cause: (event?.cause as LabelCause | undefined) ?? null,
    reason: event?.reason ?? null,
    author: event === null ? null : eventAuthor(event.author),
    qualification: event?.qualification ?? null,
    obstacles: decision.obstacles,
    release: decision.policy.release,
  };
}

export function policyBody({ author, at, endedAt, ...policy }: StoredLabelPolicy): LabelPolicyBody {
  return {
    ...policy,
    author: nameOf(author),
    at: at.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}

export function relabellingBody({ author, requestedAt, endedAt, ...one }: Relabelling): RelabellingBody {
  return {
    ...one,
    author: nameOf(author),
    requestedAt: requestedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
