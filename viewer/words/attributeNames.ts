/** Chinese names of attributes that people compare; what is not here shows its keyword. */
const CHINESE: Readonly<Record<string, string>> = {
  AccessionNumber: '检查号',
  AcquisitionDate: '采集日期',
  AcquisitionNumber: '采集号',
  AcquisitionTime: '采集时间',
  BodyPartExamined: '检查部位',
  BurnedInAnnotation: '图像内嵌标注',
  Columns: '列数',
  ContentDate: '内容日期',
  ContentTime: '内容时间',
  ContrastBolusAgent: '对比剂',
  ConvolutionKernel: '重建核',
  DeviceSerialNumber: '设备序列号',
  EchoTime: '回波时间',
  FrameOfReferenceUID: '参考坐标系 UID',
  HighBit: '最高位',
  ImageComments: '图像备注',
  ImageLaterality: '图像侧别',
  ImageOrientationPatient: '图像方向',
  ImagePositionPatient: '图像位置',
  ImageType: '图像类型',
  InstanceCreationDate: '图像生成日期',
  InstanceCreationTime: '图像生成时间',
  InstanceNumber: '图像号',
  InstitutionAddress: '机构地址',
  InstitutionName: '机构名称',
  InstitutionalDepartmentName: '科室',
  IssuerOfPatientID: '患者编号发放方',
  KVP: '管电压',
  Laterality: '侧别',
  LossyImageCompression: '有损压缩',
  LossyImageCompressionRatio: '有损压缩比',
  Manufacturer: '设备厂商',
  ManufacturerModelName: '设备型号',
  Modality: '设备类型',
  NumberOfFrames: '帧数',
  OperatorsName: '操作技师',
  OtherPatientIDs: '患者其他编号',
  OtherPatientIDsSequence: '患者其他编号序列',
  PatientAddress: '患者地址',
  PatientAge: '患者年龄',
  PatientBirthDate: '出生日期',
  PatientComments: '患者备注',
  PatientID: '患者编号',
  PatientName: '患者姓名',
  PatientPosition: '患者体位',
  PatientSex: '患者性别',
  PatientSize: '患者身高',
  PatientWeight: '患者体重',
  PerformingPhysicianName: '执行医师',
  PhotometricInterpretation: '光度解释',
  PixelData: '像素数据',
  PixelSpacing: '像素间距',
  ProtocolName: '扫描协议',
  ReferringPhysicianName: '申请医师',
  RepetitionTime: '重复时间',
  RequestedProcedureDescription: '申请项目',
  RescaleIntercept: '重缩放截距',
  RescaleSlope: '重缩放斜率',
  Rows: '行数',
  SeriesDate: '序列日期',
  SeriesDescription: '序列描述',
  SeriesInstanceUID: '序列 UID',
  SeriesNumber: '序列号',
  SeriesTime: '序列时间',
  SliceLocation: '层面位置',
  SliceThickness: '层厚',
  SoftwareVersions: '软件版本',
  SOPInstanceUID: '图像 UID',
  SpecificCharacterSet: '字符集',
  StationName: '工作站名称',
  StudyDate: '检查日期',
  StudyDescription: '检查描述',
  StudyID: '检查编号',
  StudyInstanceUID: '检查 UID',
  StudyTime: '检查时间',
  WindowCenter: '窗位',
  WindowWidth: '窗宽',
};

/** Name of an attribute for readers: Chinese where known, else the keyword in words (`PatientBirthDate` as it reads). */
export function attributeName(keyword: string, language: 'zh' | 'en'): string {
  const chinese = CHINESE[keyword];
  if (language === 'zh' && chinese !== undefined) return chinese;
  return keyword
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .trim();
}

/** `(0010,0010)`; inside of sequences `(0040,0275)[1] (0040,0009)`, counted from 1. */
export function tagText(path: string): string {
  return path
    .split('/')
    .map((part) =>
      /^[\dA-F]{8}$/i.test(part) ? `(${part.slice(0, 4)},${part.slice(4)})` : `[${Number(part) + 1}] `,
    )
    .join('');
}
