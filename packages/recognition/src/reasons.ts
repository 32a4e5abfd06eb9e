import type { Bilingual } from '@hutong/conformance';

/** A reason to examine again although a recognised result exists, with the source it comes from. */
export interface ReasonToExamineAgain {
  /** RX01 to RX12. */
  code: ReasonCode;
  text: Bilingual;
  /** Paragraphs of the sources: S0 Longnan's notice of 2024, S1 Hechi's scheme of 2024. */
  sources: readonly string[];
  /** Free text is needed beside it. */
  needsText: boolean;
}

export const REASON_CODES = [
  'RX01',
  'RX02',
  'RX03',
  'RX04',
  'RX05',
  'RX06',
  'RX07',
  'RX08',
  'RX09',
  'RX10',
  'RX11',
  'RX12',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

const reason = (
  code: ReasonCode,
  zh: string,
  en: string,
  sources: readonly string[],
  needsText = false,
): ReasonToExamineAgain => ({ code, text: { zh, en }, sources, needsText });

/** Reasons of both sources merged; which of them a region offers is its policy. */
export const REASONS_TO_EXAMINE_AGAIN: readonly ReasonToExamineAgain[] = [
  reason(
    'RX01',
    '病情变化，原结果与临床表现不符或已不能满足诊疗需要',
    'The disease changed, or the result does not fit the presentation or is no longer enough',
    ['S0.1', 'S1.1'],
  ),
  reason('RX02', '检查结果在疾病发展过程中变化较快', 'The result changes fast in the course of the disease', [
    'S0.2',
    'S1.2',
  ]),
  reason('RX03', '距原检查时间过长，参考价值不足', 'The result is too old to be useful', ['S0.3']),
  reason(
    'RX04',
    '检查对诊疗意义重大（如手术、输血等重大医疗措施前）',
    'The examination is of great significance, for example before surgery or transfusion',
    ['S0.4', 'S1.3'],
  ),
  reason('RX05', '原结果与病情明显不符', 'The result is clearly inconsistent with the disease', ['S0.5']),
  reason('RX06', '急诊、急救等紧急情况', 'Emergency or critical condition', ['S0.6', 'S1.4']),
  reason(
    'RX07',
    '司法、伤残、病退、劳动仲裁等鉴定需要',
    'Forensic, disability, sick-leave or labour-arbitration assessment',
    ['S0.7', 'S1.5'],
  ),
  reason('RX08', '患者或家属要求重新检查', 'The patient or the family asks for it', ['S0.8']),
  reason('RX09', '原检查资料不完整', 'The material of the examination is incomplete', ['S0.9']),
  reason(
    'RX10',
    '国家规定须由具备特定资质的机构检查',
    'The state requires an institution with special qualification',
    ['S1.6'],
  ),
  reason('RX11', '接诊医师认为确需重新检查', 'The treating physician finds it necessary', ['S1.7']),
  reason('RX12', '其他情形（须说明）', 'Other (to be explained)', ['S0.10', 'S1.8'], true),
];

/** A reason as who decides is offered it. */
export type OfferedReason = Pick<ReasonToExamineAgain, 'code' | 'text' | 'needsText'>;

/** Reasons that a region's policy offers, in their order. */
export const offeredReasons = (codes: readonly ReasonCode[]): OfferedReason[] =>
  REASONS_TO_EXAMINE_AGAIN.filter(({ code }) => codes.includes(code)).map(({ code, text, needsText }) => ({
    code,
    text,
    needsText,
  }));
