/** Why an instance was not stored, with the code that says so (PS3.18 Annex I.2.2, PS3.4 Annex B.2.3, PS3.7 Annex C). */
export interface FailureReason {
  /** Value of Failure Reason (0008,1197). */
  code: number;
  en: string;
  zh: string;
}

export const FAILURE_REASONS = {
  /** The index or the object store failed, or the server gave up; sending again is right. */
  OUT_OF_RESOURCES: {
    code: 0xa700,
    en: 'the store cannot take it now; send again',
    zh: '存储暂不可用，请重新发送',
  },
  /** The same SOP Instance UID is stored with another dataset; the bytes were kept aside. */
  DUPLICATE_SOP_INSTANCE: {
    code: 0x0111,
    en: 'this UID is stored with another dataset; kept aside',
    zh: '相同 SOP Instance UID 已存储且内容不同，已另行保留',
  },
  /**
   * It was deleted, or a rejection note names it (IHE RAD-TF IOCM), and this credential may not bring it back. The code is
   * "not authorized" of PS3.7 Annex C.
   */
  REFUSED_SOP_INSTANCE: {
    code: 0x0124,
    en: 'deleted or rejected before; recover it first',
    zh: '该实例已被删除或拒绝，须先恢复',
  },
  /** A UID that identifies the instance is missing or malformed. */
  UNIDENTIFIED: { code: 0xa900, en: 'a UID is missing or malformed', zh: 'UID 缺失或格式错误' },
  /** The instance belongs to another study than the one in the path. */
  OTHER_STUDY: {
    code: 0xa900,
    en: 'StudyInstanceUID differs from the path',
    zh: 'StudyInstanceUID 与请求路径不一致',
  },
  /** Neither a DICOM file nor anything that can be read as one. */
  NOT_DICOM: { code: 0xc000, en: 'not a DICOM Part 10 file', zh: '不是 DICOM Part 10 文件' },
  /** The preamble is the beginning of an executable, archive, document or script (PS3.10 §7.5). */
  DANGEROUS_PREAMBLE: {
    code: 0xc001,
    en: 'the preamble begins another kind of file',
    zh: '文件前导区伪装为其他类型文件，已拒绝',
  },
  /** The object ends inside an attribute. */
  TRUNCATED: { code: 0xc002, en: 'the object is truncated', zh: '文件不完整（被截断）' },
  /** The bytes are no sequence of attributes, or exceed what is read. */
  MALFORMED: { code: 0xc003, en: 'the dataset cannot be read', zh: '数据集无法解析' },
  /** The part of the multipart body is not one: its headers or its media type. */
  BAD_PART: { code: 0xc004, en: 'the part is malformed', zh: '请求中的该部分格式错误' },
  /** Metadata that is no DICOM JSON Model or Native DICOM Model, or holds a value its VR does not allow. */
  METADATA: { code: 0xc005, en: 'the metadata cannot be read', zh: '元数据无法解析' },
  /** The body has no part whose Content-Location is the BulkDataURI. */
  BULK_DATA_MISSING: { code: 0xc006, en: 'its bulk data was not sent', zh: '未收到其批量数据' },
  /** Parts with one Content-Location that are no frames in order. */
  BULK_DATA_AMBIGUOUS: {
    code: 0xc007,
    en: 'parts share a Content-Location',
    zh: '多个部分的 Content-Location 相同',
  },
  /** No attribute refers to the part. */
  BULK_DATA_UNUSED: { code: 0xc008, en: 'no attribute refers to the part', zh: '没有属性引用该部分' },
  /** The bytes, or the frames, are more or fewer than the other attributes say. */
  BULK_DATA_LENGTH: { code: 0xc009, en: 'the bulk data has another length', zh: '批量数据长度不符' },
  /** The pixel data part is no frame of its media type, or its transfer syntax is not of that type. */
  PIXEL_MEDIA_TYPE: {
    code: 0xc00a,
    en: 'media type or transfer syntax does not fit',
    zh: '媒体类型与传输语法不符',
  },
  /** Rows, Columns, SamplesPerPixel or BitsAllocated is not what the compressed frame itself says. */
  FRAME_MISMATCH: {
    code: 0xc00b,
    en: 'an attribute differs from its frame',
    zh: '图像属性与帧内容不符',
  },
  /** An attribute without which the pixel data cannot be read is absent. */
  PIXEL_ATTRIBUTE: {
    code: 0xa901,
    en: 'an attribute of the image is missing',
    zh: '缺少图像必需的属性',
  },
  TRANSFER_SYNTAX: { code: 0xc122, en: 'unknown transfer syntax', zh: '未知的传输语法' },
  SOP_CLASS: { code: 0x0122, en: 'this SOP class is not stored', zh: '不支持存储该 SOP 类' },
  PROCESSING_FAILURE: { code: 0x0110, en: 'processing failed', zh: '处理失败' },
} as const satisfies Record<string, FailureReason>;

export type FailureName = keyof typeof FAILURE_REASONS;
