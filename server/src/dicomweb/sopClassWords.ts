/** What the objects of usual SOP classes are (PS3.4 B.5), in Chinese and English. */
const WORDS: Readonly<Record<string, string>> = {
  '1.2.840.10008.5.1.4.1.1.1': 'CR 图像 CR image',
  '1.2.840.10008.5.1.4.1.1.1.1': 'DX 图像 DX image',
  '1.2.840.10008.5.1.4.1.1.1.1.1': 'DX 图像（处理用） DX image for processing',
  '1.2.840.10008.5.1.4.1.1.1.2': '乳腺 X 线图像 Mammography image',
  '1.2.840.10008.5.1.4.1.1.1.2.1': '乳腺 X 线图像（处理用） Mammography image for processing',
  '1.2.840.10008.5.1.4.1.1.1.3': '口内 X 线图像 Intra-oral X-ray image',
  '1.2.840.10008.5.1.4.1.1.2': 'CT 图像 CT image',
  '1.2.840.10008.5.1.4.1.1.2.1': '增强 CT 图像 Enhanced CT image',
  '1.2.840.10008.5.1.4.1.1.2.2': '转换增强 CT 图像 Legacy converted enhanced CT image',
  '1.2.840.10008.5.1.4.1.1.3.1': '超声多帧图像 Ultrasound multi-frame image',
  '1.2.840.10008.5.1.4.1.1.4': 'MR 图像 MR image',
  '1.2.840.10008.5.1.4.1.1.4.1': '增强 MR 图像 Enhanced MR image',
  '1.2.840.10008.5.1.4.1.1.4.2': 'MR 波谱 MR spectroscopy',
  '1.2.840.10008.5.1.4.1.1.6.1': '超声图像 Ultrasound image',
  '1.2.840.10008.5.1.4.1.1.6.2': '增强超声容积 Enhanced ultrasound volume',
  '1.2.840.10008.5.1.4.1.1.7': '二次采集图像 Secondary capture image',
  '1.2.840.10008.5.1.4.1.1.7.2': '多帧二次采集图像 Multi-frame secondary capture image',
  '1.2.840.10008.5.1.4.1.1.7.4': '多帧彩色二次采集图像 Multi-frame colour secondary capture image',
  '1.2.840.10008.5.1.4.1.1.9.1.1': '12 导联心电图 12-lead ECG',
  '1.2.840.10008.5.1.4.1.1.9.1.2': '心电图 General ECG',
  '1.2.840.10008.5.1.4.1.1.11.1': '灰度显示状态 Grayscale presentation state',
  '1.2.840.10008.5.1.4.1.1.12.1': '血管造影图像 X-ray angiographic image',
  '1.2.840.10008.5.1.4.1.1.12.1.1': '增强血管造影图像 Enhanced XA image',
  '1.2.840.10008.5.1.4.1.1.12.2': '透视图像 X-ray RF image',
  '1.2.840.10008.5.1.4.1.1.13.1.3': '乳腺断层图像 Breast tomosynthesis image',
  '1.2.840.10008.5.1.4.1.1.20': '核医学图像 NM image',
  '1.2.840.10008.5.1.4.1.1.66.4': '分割 Segmentation',
  '1.2.840.10008.5.1.4.1.1.77.1.1': '内镜图像 VL endoscopic image',
  '1.2.840.10008.5.1.4.1.1.77.1.1.1': '内镜视频 Video endoscopic image',
  '1.2.840.10008.5.1.4.1.1.77.1.2': '显微图像 VL microscopic image',
  '1.2.840.10008.5.1.4.1.1.77.1.4': '照片 VL photographic image',
  '1.2.840.10008.5.1.4.1.1.77.1.5.1': '眼底照相 8 位图像 Ophthalmic photography 8 bit image',
  '1.2.840.10008.5.1.4.1.1.77.1.5.4': '眼科断层图像 Ophthalmic tomography image',
  '1.2.840.10008.5.1.4.1.1.77.1.6': '全切片图像 VL whole slide microscopy image',
  '1.2.840.10008.5.1.4.1.1.104.1': 'PDF 文档 Encapsulated PDF',
  '1.2.840.10008.5.1.4.1.1.128': 'PET 图像 PET image',
  '1.2.840.10008.5.1.4.1.1.130': '增强 PET 图像 Enhanced PET image',
  '1.2.840.10008.5.1.4.1.1.481.1': '放疗图像 RT image',
  '1.2.840.10008.5.1.4.1.1.481.2': '放疗剂量 RT dose',
  '1.2.840.10008.5.1.4.1.1.481.3': '放疗结构集 RT structure set',
};

const REPORTS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./;

/** Words for what an object of a SOP class is; empty for those without any. */
export const sopClassWords = (sopClassUid: string): string =>
  WORDS[sopClassUid] ?? (REPORTS.test(sopClassUid) ? '结构化报告 Structured report' : '');
