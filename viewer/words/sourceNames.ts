/** Names of what decided a fact, for readers who know the scanner but not DICOM's keywords. */
import { attributeName } from './attributeNames.ts';

const CHINESE: Readonly<Record<string, string>> = {
  AcquisitionContrast: '采集对比',
  AcquisitionDuration: '采集时长',
  AnatomicRegionSequence: '解剖部位代码',
  CodeMeaning: '代码含义',
  ContrastBolusAgentPhase: '对比剂期相',
  ContrastBolusStartTime: '注药时间',
  ContrastBolusVolume: '对比剂用量',
  DerivationCodeSequence: '重建方式代码',
  DerivationDescription: '重建说明',
  DiffusionBValue: '弥散 b 值',
  EchoNumbers: '回波号',
  EchoPulseSequence: '回波序列类型',
  EchoTrainLength: '回波链长度',
  FlipAngle: '翻转角',
  FrameType: '帧类型',
  InversionTime: '反转时间',
  MRAcquisitionType: '采集维度',
  PatientOrientation: '患者方向',
  PerformedProcedureStepDescription: '执行步骤说明',
  PerformedProtocolCodeSequence: '执行项目代码',
  PresentationIntentType: '图像用途',
  ProcedureCodeSequence: '检查项目代码',
  PulseSequenceName: '脉冲序列名',
  ReceiveCoilName: '接收线圈',
  RequestAttributesSequence: '申请信息',
  RequestedProcedureCodeSequence: '申请项目代码',
  ScanOptions: '扫描选项',
  ScanningSequence: '扫描序列类型',
  SequenceName: '序列名',
  SequenceVariant: '序列变体',
  SpacingBetweenSlices: '层间距',
  ViewCodeSequence: '投照位代码',
  ViewPosition: '投照位',
};

const oneSource = (source: string, language: 'zh' | 'en'): string =>
  (language === 'zh' ? CHINESE[source] : undefined) ??
  (/^[A-Za-z\d]+$/.test(source) ? attributeName(source, language) : source);

/** `RepetitionTime, EchoTime` as 重复时间、回波时间; what is no keyword stays as it is. */
export function sourceText(source: string, language: 'zh' | 'en'): string {
  return source
    .split(/,\s+/)
    .map((part) => oneSource(part, language))
    .join(language === 'zh' ? '、' : ', ');
}
