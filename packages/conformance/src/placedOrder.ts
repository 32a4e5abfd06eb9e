import type { StudySummary } from './summary.ts';

/** What the hospital's own systems ordered: the most trusted word on which item a study is. */
export interface PlacedOrder {
  /** One for each order of the exam; a code with its scheme, a name, or both. */
  exams: readonly { code: string; scheme: string; name: string }[];
  /** Modality that was asked for (CT, MR, DX, …); empty where the order names none. */
  modality: string;
}

/** Names of several orders as one text, which reading an exam name takes apart again. */
export function orderText({ exams }: PlacedOrder): string {
  return [...new Set(exams.map(({ name }) => name.trim()).filter((name) => name !== ''))].join('+');
}

/** The same study with the order's name before all that the headers call it. Nothing of it is kept with the headers. */
export function withOrder(study: StudySummary, order: PlacedOrder | null): StudySummary {
  const text = order === null ? '' : orderText(order);
  if (text === '') return study;
  return { ...study, orderTexts: [{ source: 'ExamOrder', text }, ...study.orderTexts] };
}
