/** Why something is deleted, rejected or corrected; codes are stable, words may change. */
export interface CorrectionReason {
  en: string;
  zh: string;
  /** Document title of rejection notes with this meaning (PS3.16 CID 7011; IHE RAD-TF, IOCM), of DCM. */
  documentTitle?: string;
  /** Whether the instances are refused when they are sent again. */
  refusedAfterwards: boolean;
}

export const CORRECTION_REASONS = {
  QUALITY: {
    en: 'Rejected for quality reasons',
    zh: '图像质量不合格',
    documentTitle: '113001',
    refusedAfterwards: true,
  },
  PATIENT_SAFETY: {
    en: 'Rejected for patient safety reasons',
    zh: '存在患者安全风险',
    documentTitle: '113037',
    refusedAfterwards: true,
  },
  WRONG_WORKLIST_ENTRY: {
    en: 'Incorrect modality worklist entry',
    zh: '选错工作列表条目',
    documentTitle: '113038',
    refusedAfterwards: true,
  },
  // What expired may be imported again, for example as a prior.
  RETENTION_EXPIRED: {
    en: 'Data retention period expired',
    zh: '超过保存期限',
    documentTitle: '113039',
    refusedAfterwards: false,
  },
  WRONG_PATIENT: { en: 'Belongs to another patient', zh: '患者错误', refusedAfterwards: true },
  WRONG_STUDY: { en: 'Belongs to another study', zh: '检查错误', refusedAfterwards: true },
  WRONG_DATA: { en: 'Attributes were wrong', zh: '信息有误', refusedAfterwards: true },
  DUPLICATE: { en: 'Stored twice', zh: '重复存储', refusedAfterwards: true },
  TEST: { en: 'Test or phantom images', zh: '测试或体模图像', refusedAfterwards: true },
  PATIENT_REQUEST: { en: 'At the request of the patient', zh: '应患者要求', refusedAfterwards: true },
  MISTAKE: { en: 'The earlier decision was a mistake', zh: '先前的处理有误', refusedAfterwards: true },
  SENT_AGAIN: {
    en: 'Sent again by a sender that may correct',
    zh: '由有更正权限的发送方重新发送',
    refusedAfterwards: true,
  },
  OTHER: { en: 'Another reason, in words', zh: '其他原因（须说明）', refusedAfterwards: true },
} as const satisfies Record<string, CorrectionReason>;

export type CorrectionReasonCode = keyof typeof CORRECTION_REASONS;

/** Longest explanation, in characters. */
export const MAX_REASON_TEXT = 500;

export interface GivenReason {
  code: CorrectionReasonCode;
  /** Free words; may be empty except with OTHER. Never logged. */
  text: string;
}

export function isCorrectionReason(code: unknown): code is CorrectionReasonCode {
  return typeof code === 'string' && Object.hasOwn(CORRECTION_REASONS, code);
}

/** What a reason read from the index means; codes of later versions have no words here. */
export function reasonWords(code: string): { en: string; zh: string } {
  return isCorrectionReason(code) ? CORRECTION_REASONS[code] : { en: code, zh: code };
}
