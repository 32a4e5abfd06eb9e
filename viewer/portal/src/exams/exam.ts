/** What the exam pages derive from an exam. Pure. */
import type { ExamMappingBody, NewExamMapping, UnmappedExamBody } from '@hutong/server/contract/conformance';

type Named = Pick<ExamMappingBody, 'hospital' | 'code' | 'scheme' | 'name'>;

/** Identity of an exam: its code in its scheme, or its name, of one hospital. */
export const examKey = (exam: Named & { modality?: string }): string =>
  JSON.stringify([
    exam.hospital,
    exam.code,
    exam.scheme,
    exam.code === '' ? exam.name : '',
    exam.modality ?? '',
  ]);

/** A mapping of an exam: by its code where it has one, else by its name; never by both. */
export function mappingOf(exam: Named, itemCodes: readonly string[]): NewExamMapping {
  const { hospital, code, scheme, name } = exam;
  const itself = code === '' ? { name } : { code, scheme };
  return { hospital, ...itself, itemCodes: [...itemCodes] };
}

/** Verdicts of an exam's studies as they are now, those there are, the gravest first. */
export function judgedCounts(
  judged: UnmappedExamBody['judged'],
): ['FAIL' | 'REVIEW' | 'PASS' | 'NOT_LISTED', number][] {
  const counts = [
    ['FAIL', judged.FAIL],
    ['REVIEW', judged.REVIEW],
    ['PASS', judged.PASS],
    ['NOT_LISTED', judged.notListed],
  ] as const;
  return counts.filter(([, count]) => count > 0).map(([verdict, count]) => [verdict, count]);
}
