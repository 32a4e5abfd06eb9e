import type { ChangedDecision, RecordedDecision, RefusedDecision } from '@hutong/storage-config';
import { HttpProblem, problem } from './problem.ts';

type Refused = Exclude<RefusedDecision | ChangedDecision, RecordedDecision>;

/** Of what is not there, is another's, or may not be seen: one answer. */
export const nothingToDecide = (): HttpProblem =>
  problem('not-found', {
    detail: 'There is no such reminder, study or decision.',
    detailZh: '没有该提醒、检查或互认记录。',
  });

const refused = (code: string, en: string, zh: string): HttpProblem =>
  new HttpProblem(409, `recognition-${code}`, en, zh);

/** Why something was not recorded, in words. */
export function refusal(given: Refused): HttpProblem {
  switch (given.outcome) {
    case 'absent':
      return nothingToDecide();
    case 'ownStudy':
      return refused(
        'own-study',
        'It is an examination of the own hospital: it is used as it is, and is no recognition across hospitals.',
        '这是本院自己的检查，可直接引用，不属于跨院互认。',
      );
    case 'notLabelled':
      return refused(
        'not-labelled',
        'No HR label is in force on this item of the study, so there is nothing to recognise.',
        '该检查的此项目没有有效的互认标识，不能互认。',
      );
    case 'itemNeeded':
      return refused(
        'item-needed',
        `Several items of the study have labels; say which one is meant: ${given.itemCodes.join(', ')}.`,
        `该检查有多个带标识的项目，请指明：${given.itemCodes.join('、')}。`,
      );
    case 'labelWithdrawn':
      return refused(
        'label-withdrawn',
        'The HR label was withdrawn, so the study cannot be recognised any more.',
        '该检查的互认标识已被撤回，不能再互认。',
      );
    case 'pending':
      return refused(
        'pending',
        'Images of the study came or went and it is being checked anew. Try again in a moment.',
        '该检查的影像有变动，正在重新核验，请稍后再试。',
      );
    case 'studyGone':
      return refused(
        'study-gone',
        'The study was deleted by the issuing hospital.',
        '该检查已被出具医院删除，不能互认。',
      );
    case 'notInScope':
      return refused(
        'not-in-scope',
        'The label is not meant for this hospital: its scope does not reach here.',
        '该标识的互认范围不包括本院，不能互认。',
      );
    case 'otherPatient':
      return refused(
        'other-patient',
        'By what is known of persons the study is not of this patient.',
        '按患者主索引，该检查不属于此患者，不能互认。',
      );
    case 'reasonNotOffered':
      return refused(
        'reason-not-offered',
        'The policy of the region does not offer this reason.',
        '本区域的互认规则未采用该重新检查原因。',
      );
    case 'alreadyDecided':
      return refused(
        'already-decided',
        'Something else was decided on it already. Correct that decision.',
        '该检查已有不同的互认记录，请更正原记录。',
      );
    case 'keyUsed':
      return refused(
        'key-used',
        'The Idempotency-Key was used for another request.',
        '该 Idempotency-Key 已用于另一项请求。',
      );
    case 'badTime':
      return problem('bad-request', {
        detail: 'decidedAt lies in the future, or before the reminder.',
        detailZh: 'decidedAt 晚于当前时间，或早于提醒时间。',
      });
    case 'changedMeanwhile':
      return refused(
        'changed-meanwhile',
        'Somebody corrected or withdrew the decision meanwhile. Read it again.',
        '该记录已被他人更正或撤回，请刷新后重试。',
      );
  }
}
