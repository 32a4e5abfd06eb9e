import type { ExamMappingEntry } from '../../src/index.ts';
import type { Attributes } from '../../catalogues/headerTypes.ts';
import type { StudyPlan } from './plan.ts';
import type { Random } from './random.ts';

export interface ExamHeaders {
  study: Attributes;
  series: Attributes;
  /** What the hospital's exam table says of its code, where it has one. */
  mapping: ExamMappingEntry[];
}

/** Where the exam's name stands, by the style of the study; the seed decides which of its names. */
export function examHeaders(plan: StudyPlan, random: Random): ExamHeaders {
  const name = examName(plan, random);
  const local = `E${random.between(1000, 9999)}`;
  const code = { CodeValue: local, CodingSchemeDesignator: '99HIS' };
  const vendor = plan.exam.vendor?.[plan.style.maker];
  const vendorStudy: Attributes = vendor === undefined ? {} : { StudyDescription: vendor };
  const none = { study: {}, series: {}, mapping: [] };
  switch (plan.style.exam) {
    case 'description':
      return { ...none, study: { StudyDescription: name } };
    case 'requested':
      return { ...none, study: { ...vendorStudy, RequestedProcedureDescription: name } };
    case 'performed':
      return { ...none, study: vendorStudy, series: { PerformedProcedureStepDescription: name } };
    case 'codeMeaning':
      return { ...none, study: { ...vendorStudy, ProcedureCodeSequence: [{ ...code, CodeMeaning: name }] } };
    case 'mappedCode':
      return {
        study: { ...vendorStudy, ProcedureCodeSequence: [{ ...code, CodeMeaning: '' }] },
        series: {},
        mapping: [{ code: local, scheme: '99HIS', itemCodes: plan.item === null ? [] : [plan.item] }],
      };
    case 'protocol':
      return { ...none, series: { ProtocolName: name } };
    case 'codeOnly':
      return { ...none, study: { ...vendorStudy, ProcedureCodeSequence: [{ ...code, CodeMeaning: '' }] } };
    case 'bodyPart':
      return { ...none, series: { BodyPartExamined: plan.exam.bodyPart } };
  }
}

function examName(plan: StudyPlan, random: Random): string {
  const { exam, style } = plan;
  if (plan.ordered === null && exam.unsaid !== undefined) {
    const wanted = exam.unsaid.filter((one) => /[\u4e00-\u9fff]/.test(one) === (style.language !== 'en'));
    return random.pick(wanted.length > 0 ? wanted : exam.unsaid);
  }
  const names = style.language === 'zh' ? exam.zh : style.language === 'en' ? exam.en : exam.mixed;
  return random.pick(names);
}
