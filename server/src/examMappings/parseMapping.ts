import type { Bilingual } from '@hutong/conformance';
import { comparedExam, type NewExamMapping } from '@hutong/storage-config';

/** Longest code and scheme (SH) and name (LO) of DICOM (PS3.5 Table 6.2-1). */
const LONGEST_CODE = 16;
const LONGEST_NAME = 64;
/** An exam stands for so many items at most. */
const MOST_ITEMS = 20;

const CODE = /^[\p{L}\p{N}._/+-]+$/u;
const SCHEME = /^[\p{L}\p{N}._/+ -]*$/u;

/** An exam as somebody wrote it down. */
export interface WrittenMapping {
  code: string;
  scheme: string;
  name: string;
  itemCodes: readonly string[];
}

/** The mapping in the form in which it is kept, or what is wrong with it. */
export function checkMapping(
  hospital: string,
  written: WrittenMapping,
  hasItem: (code: string) => boolean,
): { mapping: NewExamMapping } | { fault: Bilingual } {
  const exam = comparedExam(written);
  if (exam.code === '' && written.name.trim() === '')
    return { fault: { zh: '请填写检查代码或名称。', en: 'An exam needs a code or a name.' } };
  if (exam.code !== '' && (exam.code.length > LONGEST_CODE || !CODE.test(exam.code)))
    return {
      fault: {
        zh: `检查代码应为 1 至 ${LONGEST_CODE} 个字母、数字或 . _ / + -。`,
        en: `A code has 1 to ${LONGEST_CODE} letters, digits or . _ / + -.`,
      },
    };
  if (exam.scheme.length > LONGEST_CODE || !SCHEME.test(exam.scheme))
    return {
      fault: {
        zh: `编码体系最长 ${LONGEST_CODE} 个字母、数字或 . _ / + -。`,
        en: `A coding scheme has up to ${LONGEST_CODE} letters, digits or . _ / + -.`,
      },
    };
  if (exam.code === '' && (!/\p{L}/u.test(exam.name) || exam.name.length > LONGEST_NAME))
    return {
      fault: {
        zh: `检查名称应为 1 至 ${LONGEST_NAME} 个字符，且不能只有数字或标点。`,
        en: `A name has 1 to ${LONGEST_NAME} characters, and more than digits and punctuation.`,
      },
    };
  if (written.itemCodes.length > MOST_ITEMS)
    return {
      fault: {
        zh: `一个检查最多对应 ${MOST_ITEMS} 个项目。`,
        en: `An exam stands for ${MOST_ITEMS} items at most.`,
      },
    };
  const itemCodes = written.itemCodes.map((code) => (hasItem(code) ? code : code.toUpperCase()));
  const unknown = itemCodes.find((code) => !hasItem(code));
  if (unknown !== undefined) {
    const shown = unknown.slice(0, 32);
    return {
      fault: {
        zh: `清单中没有项目“${shown}”。`,
        en: `There is no item "${shown}" on a list in force.`,
      },
    };
  }
  return { mapping: { hospital, ...exam, itemCodes: [...new Set(itemCodes)].toSorted() } };
}
