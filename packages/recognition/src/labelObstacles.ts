import type { Bilingual } from '@hutong/conformance';

/** What can stand in the way of a label. */
export const LABEL_OBSTACLES = [
  'NOT_JUDGED',
  'VERDICT_FAIL',
  'VERDICT_REVIEW',
  'NO_STUDY_DATE',
  'FUTURE_STUDY_DATE',
  'NOT_IN_SCOPE',
  'NOT_EVALUATED',
  'EVALUATION_FAILED',
  'EVALUATION_EXPIRED',
  'EVALUATION_LATE',
  'DEVICE_UNKNOWN',
  'DEVICE_NOT_TESTED',
  'SUSPENDED',
  'WITHDRAWN',
] as const;
export type LabelObstacleKind = (typeof LABEL_OBSTACLES)[number];

export interface LabelObstacle {
  kind: LabelObstacleKind;
  text: Bilingual;
}

/** What brings an event of a label about. */
export type LabelCause =
  'verdict' | 'qualification' | 'suspension' | 'device' | 'policy' | 'membership' | 'person' | 'correction';

const CAUSES: Readonly<Record<LabelObstacleKind, LabelCause>> = {
  NOT_JUDGED: 'verdict',
  VERDICT_FAIL: 'verdict',
  VERDICT_REVIEW: 'verdict',
  NO_STUDY_DATE: 'correction',
  FUTURE_STUDY_DATE: 'correction',
  NOT_IN_SCOPE: 'membership',
  NOT_EVALUATED: 'qualification',
  EVALUATION_FAILED: 'qualification',
  EVALUATION_EXPIRED: 'qualification',
  EVALUATION_LATE: 'qualification',
  DEVICE_UNKNOWN: 'device',
  DEVICE_NOT_TESTED: 'device',
  SUSPENDED: 'suspension',
  WITHDRAWN: 'person',
};

/** What a label that ends by these obstacles ends of. */
export function causeOf(obstacles: readonly LabelObstacle[]): LabelCause {
  const [first] = obstacles;
  return first === undefined ? 'verdict' : CAUSES[first.kind];
}

const obstacle = (kind: LabelObstacleKind, zh: string, en: string): LabelObstacle => ({
  kind,
  text: { zh, en },
});

/** Sentences of what stands in the way, with what it is about. */
export const OBSTACLES = {
  notJudged: () =>
    obstacle('NOT_JUDGED', '当前结果中没有该项目', 'the present result has no verdict on this item'),
  fail: (decided: boolean) =>
    decided
      ? obstacle(
          'VERDICT_FAIL',
          '经人工判定不符合该项目的要求',
          "the study does not meet the requirements of the item by a person's decision",
        )
      : obstacle(
          'VERDICT_FAIL',
          '不符合该项目的要求',
          'the study does not meet the requirements of the item',
        ),
  review: () => obstacle('VERDICT_REVIEW', '该项目待人工判定', 'the item waits for a person to decide on it'),
  noDate: () =>
    obstacle(
      'NO_STUDY_DATE',
      '检查没有有效的检查日期，无法确认当日资格',
      'the study has no valid date, so no qualification can be shown to hold on it',
    ),
  futureDate: (day: string) =>
    obstacle('FUTURE_STUDY_DATE', `检查日期 ${day} 在今天之后`, `the study date ${day} lies in the future`),
  notInScope: (scope: string, day: string) =>
    obstacle(
      'NOT_IN_SCOPE',
      `检查当日（${day}）医院未参加${scope}的互认`,
      `the hospital did not take part in ${scope} on the study date (${day})`,
    ),
  notEvaluated: (scope: string, day: string) =>
    obstacle(
      'NOT_EVALUATED',
      `截至 ${day}，医院未参加该项目在${scope}的质量评价`,
      `by ${day} the hospital had no quality evaluation of this item at ${scope}`,
    ),
  failed: (scope: string, on: string) =>
    obstacle(
      'EVALUATION_FAILED',
      `该项目在${scope}的质量评价（${on}）不合格`,
      `the quality evaluation of this item at ${scope} (${on}) was not passed`,
    ),
  expired: (scope: string, until: string, day: string) =>
    obstacle(
      'EVALUATION_EXPIRED',
      `该项目在${scope}的质量评价有效期至 ${until}，检查日期为 ${day}`,
      `the quality evaluation of this item at ${scope} held until ${until}; the study is of ${day}`,
    ),
  late: (scope: string, entered: string, day: string) =>
    obstacle(
      'EVALUATION_LATE',
      `该项目在${scope}的质量评价于 ${entered} 录入，晚于检查日期 ${day}，按规定不追溯`,
      `the quality evaluation of this item at ${scope} was entered on ${entered}, after the study of ${day}, and does not count for earlier studies by policy`,
    ),
  deviceUnknown: () =>
    obstacle(
      'DEVICE_UNKNOWN',
      '影像中没有设备序列号，无法确认设备状态检测',
      'the images name no serial number of a device, so no state test can be shown',
    ),
  deviceNotTested: (serialNumber: string, day: string) =>
    obstacle(
      'DEVICE_NOT_TESTED',
      `设备（序列号 ${serialNumber}）在 ${day} 没有有效的状态检测`,
      `the device (serial number ${serialNumber}) had no valid state test on ${day}`,
    ),
  suspended: (reason: string) =>
    obstacle('SUSPENDED', `已暂停发放互认标识：${reason}`, `the issuing of labels is suspended: ${reason}`),
  withdrawn: (reason: string) =>
    obstacle(
      'WITHDRAWN',
      `互认标识已由人工撤回，恢复前不再发放：${reason}`,
      `a person withdrew the label, and none is given until that is lifted: ${reason}`,
    ),
};
