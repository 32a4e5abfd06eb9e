import { z } from 'zod';
import type { ValuesOf } from './settingKinds.ts';

/** What is published for everyone of who labels what. */
export const publicationSettings = {
  HUTONG_PUBLICATION_SUSPENDED: z.enum(['marked', 'left-out']).default('marked').meta({
    description:
      'How the public page names hospitals whose issuing of HR labels is suspended: marked as such, or left out.',
    zh: '公示页面如何显示已暂停发放互认标识的医院：marked 标注“已暂停”，left-out 不列出。',
  }),
};

export interface PublicationConfig {
  publication: { suspended: 'marked' | 'left-out' };
}

export function publicationConfig(values: ValuesOf<typeof publicationSettings>): PublicationConfig {
  return { publication: { suspended: values.HUTONG_PUBLICATION_SUSPENDED } };
}
