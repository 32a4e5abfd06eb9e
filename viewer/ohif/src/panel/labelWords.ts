import type { LabelState } from '@hutong/conformance';

/** Words of labels beside a study. */
export const labelWords = {
  title: { zh: '标识与发放条件', en: 'Labels and what they depend on' },
  failed: { zh: '无法读取标识', en: 'The labels could not be read' },
  pending: {
    zh: '影像有更新，正在重新判定，期间不发放新标识。',
    en: 'The images changed and are being judged again; no label is given meanwhile.',
  },
  notItem: {
    zh: '该检查没有对应的互认项目，因此没有标识。',
    en: 'The study is on no item of the list, so it carries no label.',
  },
  waits: { zh: '符合条件，等待人工核准', en: 'Meets the conditions and waits for a person to release it' },
  keeps: {
    zh: '此前已发放，继续有效；下列情况使其不能重新发放：',
    en: 'Given before and in force; this keeps it from being given again:',
  },
  history: { zh: '标识历史', en: 'History of labels' },
};

export const labelStates: Readonly<Record<LabelState | 'none', { zh: string; en: string }>> = {
  applied: { zh: '有效', en: 'in force' },
  proposed: { zh: '待核准', en: 'to be released' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  none: { zh: '未发放', en: 'not given' },
};
