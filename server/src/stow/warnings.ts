import type { DicomWarning, DicomWarningCode } from '@hutong/dicom';
import type { NoteWait } from '@hutong/storage-config';

/** Why an instance was stored with a warning (PS3.18 Table I.2-1). */
export const WARNING_REASONS = {
  /** What was read of the dataset is not what it should be; it is stored as it came. */
  DATASET_MISMATCH: { code: 0xb007, en: 'the dataset is not well formed', zh: '数据集不规范' },
  /** A rejection note that is stored and has not taken effect: a person decides. A code of our own. */
  REJECTION_WAITS: { code: 0xb100, en: 'the rejection note waits for a decision', zh: '拒绝说明待人工处理' },
} as const;

/** Why a rejection note has not taken effect. */
export const NOTE_WARNINGS: Record<NoteWait, { en: string; zh: string }> = {
  NOT_ENTITLED: {
    en: 'nothing rejected: sender may not correct',
    zh: '未生效：发送方无更正权限，待人工处理',
  },
  HELD: { en: 'nothing rejected: under a legal hold', zh: '未生效：检查处于法律保全状态' },
  RETAINED: { en: 'nothing rejected: retention period not over', zh: '未生效：法定保存期限未满' },
  CONTRADICTS: { en: 'nothing rejected: patient or series differs', zh: '未生效：患者或序列与已存储的不符' },
  UNDECIDED: { en: 'nothing rejected yet: a person decides', zh: '尚未生效：待人工处理' },
};

/** What an instance was stored with that is not as it should be. */
export type StoreWarningCode = DicomWarningCode | 'DOUBTFUL_VALUE' | 'OTHER_VALUE_REPRESENTATION';

export interface StoreWarning {
  code: StoreWarningCode;
  /** The attribute concerned, or a path of tags and item numbers. */
  tag?: string;
}

/** What was found, in words; null for what concerns group 0002 alone, which is no part of the dataset. */
export const DATASET_WARNINGS: Record<StoreWarningCode, { en: string; zh: string } | null> = {
  DOUBTFUL_VALUE: { en: 'a value is not of its VR', zh: '属性值与其 VR 不符' },
  DUPLICATE_ATTRIBUTE: { en: 'an attribute occurs twice', zh: '同一属性重复出现' },
  FILE_META_MISMATCH: null,
  INVALID_OFFSET_TABLE: { en: 'the offset table is wrong', zh: '帧偏移表有误' },
  LENGTH_EXCEEDS_PARENT: { en: 'an item is longer than its sequence', zh: '条目长度超出其所在序列' },
  MALFORMED_SEQUENCE: { en: 'a sequence is malformed', zh: '序列格式错误' },
  MISPLACED_ATTRIBUTE: { en: 'an attribute stands where it may not', zh: '属性位置不正确' },
  MISSING_DELIMITER: { en: 'a delimiter is missing', zh: '缺少分隔标记' },
  MISSING_TRANSFER_SYNTAX: { en: 'no transfer syntax is named', zh: '未注明传输语法' },
  OTHER_VALUE_REPRESENTATION: { en: 'an attribute has another VR', zh: '属性的 VR 与标准不同' },
  NUL_IN_TEXT: { en: 'a NUL stands inside text', zh: '文字中含有空字符（NUL）' },
  PIXEL_DATA_LENGTH: { en: 'the pixel data have another length', zh: '像素数据长度不符' },
  TRAILING_BYTES: { en: 'bytes follow the dataset', zh: '数据集之后有多余字节' },
  TRANSFER_SYNTAX_MISMATCH: { en: 'not of the named transfer syntax', zh: '实际编码与所注传输语法不符' },
  UNKNOWN_CHARACTER_SET: { en: 'the character set is not known', zh: '未知的字符集' },
  WRONG_CHARACTER_SET: { en: 'text is not in its character set', zh: '文字与所注字符集不符' },
};

/** The warning of the answer for what the reader found: the first that concerns the dataset, or null. */
export function warningOf(found: readonly DicomWarning[]): DicomWarning | null {
  return found.find(({ code }) => DATASET_WARNINGS[code] !== null) ?? null;
}
