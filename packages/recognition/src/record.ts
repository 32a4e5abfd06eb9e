import type { Bilingual } from '@hutong/conformance';
import { REASONS_TO_EXAMINE_AGAIN } from './reasons.ts';

/** What the text for the medical record is made from. */
export interface RecordFacts {
  kind: 'recognised' | 'examinedAgain' | 'withdrawn';
  /** Institution that made the examination. */
  issuing: Bilingual;
  /** YYYY-MM-DD; empty where it is not known. */
  studyDate: string;
  item: { code: string; name: Bilingual };
  /** Texts of HR labels. */
  labels: readonly string[];
  studyInstanceUid: string;
  /** RX01 to RX12, where examined again. */
  reasonCode: string;
  reasonText: string;
  patientInformed: boolean;
  patientClass: string;
}

/**
 * Text for the patient's medical record. Recognised: institution and date of the examination, with item, label and study
 * (S1); of inpatients, that the material is kept in the record (S1). Examined again: the reason, and that the patient or
 * family was informed and told why (S1, S0) – only where that was said to be so. A label covers the images, never the
 * conclusion of the report (S0). Of a decision that was withdrawn nothing but that is to be said.
 */
export function recordText(facts: RecordFacts): Bilingual {
  switch (facts.kind) {
    case 'recognised':
      return recognised(facts);
    case 'examinedAgain':
      return examinedAgain(facts);
    case 'withdrawn':
      return {
        zh: `检查互认记录已撤回：${examOf(facts).zh}。`,
        en: `The decision on mutual recognition was withdrawn: ${examOf(facts).en}.`,
      };
  }
}

function recognised(facts: RecordFacts): Bilingual {
  const exam = examOf(facts);
  const kept = facts.patientClass === 'inpatient';
  return {
    zh: `检查结果互认：${exam.zh}，${labelsOf(facts).zh}，检查实例 UID ${facts.studyInstanceUid}。对该检查的影像资料予以互认，不再重复检查；诊断意见由本院接诊医师结合临床作出。${kept ? '互认的检查资料随住院病历留存。' : ''}`,
    en: `Examination recognised: ${exam.en}, ${labelsOf(facts).en}, study ${facts.studyInstanceUid}. Its images are recognised and the examination is not repeated; the conclusion is the treating physician's own.${kept ? ' The material is kept in the inpatient record.' : ''}`,
  };
}

function examinedAgain(facts: RecordFacts): Bilingual {
  const exam = examOf(facts);
  const reason = reasonOf(facts);
  const informed: Bilingual = facts.patientInformed
    ? {
        zh: '已告知患者或家属并说明理由。',
        en: 'The patient or the family was informed and told why.',
      }
    : {
        zh: '告知患者或家属的情况尚未记录。',
        en: 'It is not on record that the patient or the family was informed.',
      };
  return {
    zh: `检查结果未予互认：${exam.zh}，${labelsOf(facts).zh}，检查实例 UID ${facts.studyInstanceUid}。需重新检查，原因：${reason.zh}。${informed.zh}`,
    en: `Examined again: ${exam.en}, ${labelsOf(facts).en}, study ${facts.studyInstanceUid}. Reason: ${reason.en}. ${informed.en}`,
  };
}

/** Institution, date and item. */
function examOf({ issuing, studyDate, item }: RecordFacts): Bilingual {
  const [year = '', month = '', day = ''] = studyDate.split('-');
  const on =
    studyDate === ''
      ? { zh: '检查日期不详', en: 'date not known' }
      : { zh: `${Number(year)}年${Number(month)}月${Number(day)}日`, en: studyDate };
  return {
    zh: `${issuing.zh}，${on.zh}，${item.name.zh}（${item.code}）`,
    en: `${issuing.en}, ${on.en}, ${item.name.en} (${item.code})`,
  };
}

const labelsOf = ({ labels }: RecordFacts): Bilingual =>
  labels.length === 0
    ? { zh: '无有效互认标识', en: 'no HR label in force' }
    : { zh: `互认标识 ${labels.join('、')}`, en: `HR label ${labels.join(', ')}` };

function reasonOf({ reasonCode, reasonText }: RecordFacts): Bilingual {
  const reason = REASONS_TO_EXAMINE_AGAIN.find(({ code }) => code === reasonCode);
  const free = oneLine(reasonText);
  // “Other” says nothing by itself.
  const words = reason === undefined || reason.needsText ? { zh: '其他', en: 'other' } : reason.text;
  return {
    zh: `${words.zh}${free === '' ? '' : `（${free}）`}〔${reasonCode}〕`,
    en: `${words.en}${free === '' ? '' : ` (${free})`} [${reasonCode}]`,
  };
}

/** Free text cannot make other lines of the record. */
const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();
