import { z } from 'zod';
import { flag, integer, type ValuesOf } from './settingKinds.ts';

/** Copies without identity, what was deleted, and whom patients ask. */
export const privacySettings = {
  HUTONG_EXPORT_KEEP_DAYS: integer(1, 365).default(14).meta({
    description: 'Days after which the archive of a de-identified export is removed.',
    zh: '去标识化导出文件的保留天数，到期自动删除。',
  }),
  HUTONG_EXPORT_MAX_STUDIES: integer(1, 100_000).default(1000).meta({
    description: 'Studies that one de-identified export may have.',
    zh: '单次去标识化导出的检查数上限。',
  }),
  HUTONG_EXPORT_RELEASE: flag.default(false).meta({
    description: 'Whether a second person has to release each de-identified export before it begins.',
    zh: '去标识化导出是否须由第二人批准后才开始。',
  }),
  HUTONG_DATA_PROTECTION_CONTACT: z.string().min(1).max(300).optional().meta({
    description: 'Whom to ask about data protection, as the page on it says: name, address, telephone.',
    zh: '个人信息保护联系方式（姓名、地址、电话），显示在数据保护说明页。',
  }),
  HUTONG_SHARE_KEEP_DAYS: integer(0, 36500).default(1095).meta({
    description:
      'Days after the end of a share that it is kept, with who opened it and the files that came back. 0 keeps shares for ever.',
    zh: '分享结束后保留其记录（打开记录、回传文件）的天数，0 表示永久保留。',
  }),
  HUTONG_DELETED_KEEP_DAYS: integer(0, 36500).default(30).meta({
    description:
      'How long what was deleted or rejected can be recovered, in days; then its objects are removed for good. 0 keeps them.',
    zh: '已删除或被拒绝的影像可恢复的天数，到期后彻底清除；0 表示永久保留。',
  }),
};

export interface PrivacyConfig {
  /** De-identified exports. */
  exports: { keepDays: number; maxStudies: number; release: boolean };
  /** Whom to ask about data protection; null where nobody is named. */
  dataProtectionContact: string | null;
  /** 0: for ever. */
  deletedKeepDays: number;
  /** Days that shares are kept after their end; 0 for ever. */
  shareKeepDays: number;
}

export function privacyConfig(values: ValuesOf<typeof privacySettings>): PrivacyConfig {
  return {
    exports: {
      keepDays: values.HUTONG_EXPORT_KEEP_DAYS,
      maxStudies: values.HUTONG_EXPORT_MAX_STUDIES,
      release: values.HUTONG_EXPORT_RELEASE,
    },
    dataProtectionContact: values.HUTONG_DATA_PROTECTION_CONTACT ?? null,
    deletedKeepDays: values.HUTONG_DELETED_KEEP_DAYS,
    shareKeepDays: values.HUTONG_SHARE_KEEP_DAYS,
  };
}
