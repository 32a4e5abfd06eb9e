import { say } from './bilingual.ts';
import type { Category } from './chooseItem.ts';
import type { OrderedExam } from './order.ts';
import type { Bilingual } from './types.ts';

interface OrderText {
  source: string;
  text: string;
  exams: OrderedExam[];
}

const SOURCES: Readonly<Record<string, readonly [string, string]>> = {
  ExamOrder: ['申请单', 'order'],
  RequestedProcedureCodeSequence: ['申请项目编码', 'requested procedure code'],
  ProcedureCodeSequence: ['检查项目编码', 'procedure code'],
  ScheduledProtocolCodeSequence: ['预约方案编码', 'scheduled protocol code'],
  RequestedProcedureDescription: ['申请项目', 'requested procedure'],
  ScheduledProcedureStepDescription: ['预约步骤', 'scheduled step'],
  StudyDescription: ['检查描述', 'study description'],
  PerformedProcedureStepDescription: ['执行步骤', 'performed step'],
  ProtocolName: ['扫描协议名', 'protocol name'],
};

/** How the attribute that held an exam text is called in a sentence. */
export function sourceName(source: string): Bilingual {
  const name = Object.hasOwn(SOURCES, source) ? SOURCES[source] : undefined;
  return name === undefined ? say(source, source) : say(name[0], name[1]);
}

/** What in the order contradicts itself or the modality, so that a person must say what was examined; or null. */
export function contradiction(
  category: Category,
  first: OrderText,
  later: readonly OrderText[],
): Bilingual | null {
  return otherModality(category, first.text) ?? moreContrast(first, later);
}

/** The exam name speaks of another modality than the images. */
function otherModality(category: Category, text: string): Bilingual | null {
  const ct = /(?<![a-z])ct(?:a|v|u|pa)?(?![a-z])/i.test(text);
  const mr = /磁共振|核磁|(?<![a-z])mr(?:i|a|v|cp|u)?(?![a-z])/i.test(text);
  const radiograph = /钼靶|胸片|平片|摄片|(?<![a-z])(?:dr|cr|dx|x[ -]?ray|radiograph)(?![a-z])|x ?线/i.test(
    text,
  );
  const projection = category === 'DR' || category === 'MG';
  if (
    (category === 'CT' && !ct && (mr || radiograph)) ||
    (category === 'MR' && !mr && (ct || radiograph)) ||
    (projection && !radiograph && (ct || mr))
  )
    return say(
      `检查名称“${text}”与影像的设备类型（${category}）不符`,
      `the exam name "${text}" does not fit images of modality ${category}`,
    );
  return null;
}

/** One text orders a plain exam, another one the same part with contrast: the study must not pass as plain. */
function moreContrast(first: OrderText, later: readonly OrderText[]): Bilingual | null {
  if (!first.exams.some((exam) => exam.contrast === 'pre' && exam.angio.length === 0)) return null;
  const other = later.find((one) =>
    one.exams.some(
      (exam) => exam.angio.length === 0 && (exam.contrast === 'post' || exam.contrast === 'prepost'),
    ),
  );
  return other === undefined
    ? null
    : say(
        `${sourceName(first.source).zh}“${first.text}”为平扫，${sourceName(other.source).zh}“${other.text}”含增强`,
        `${sourceName(first.source).en} "${first.text}" is a plain exam, ${sourceName(other.source).en} "${other.text}" asks for contrast`,
      );
}
