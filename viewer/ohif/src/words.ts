import type { Bilingual } from '@hutong/conformance';

const words = {
  product: { zh: '互通', en: 'Hutong' },
  backToList: { zh: '返回检查列表', en: 'Back to the study list' },
  clinicalReference: { zh: '供临床参考', en: 'For clinical reference' },
  otherLanguage: { zh: 'EN', en: '中文' },
  otherLanguageTitle: { zh: '切换到英文界面', en: 'Switch to Chinese' },
  conformance: { zh: '互认质控', en: 'Conformance' },
  loading: { zh: '正在读取核验结果', en: 'Reading the conformance result' },
  pending: { zh: '尚在核验', en: 'Being checked' },
  pendingDetail: {
    zh: '影像到齐后自动核验，结果出来会在此显示。',
    en: 'Checked once all images have arrived; the result will appear here.',
  },
  unsettled: {
    zh: '影像可能尚未到齐，缺少的部分按“尚未收到”看待。',
    en: 'Images may still arrive; absent parts count as not yet received.',
  },
  notListed: { zh: '不在互认项目内', en: 'Not a mutual-recognition item' },
  noResults: { zh: '没有可显示的核验结果。', en: 'There is no result to show.' },
  failed: { zh: '核验结果没有读到', en: 'The result could not be read' },
  failedOffline: {
    zh: '网络不通，影像浏览不受影响。',
    en: 'The network is down; viewing is not affected.',
  },
  failedServer: {
    zh: '服务器暂时没有应答，影像浏览不受影响。',
    en: 'The server did not answer; viewing is not affected.',
  },
  failedAbsent: {
    zh: '没有找到这项检查的核验记录。',
    en: 'No record of this study was found.',
  },
  retry: { zh: '重试', en: 'Try again' },
  signInNeeded: { zh: '登录已失效', en: 'You are signed out' },
  signInDetail: {
    zh: '请重新登录，再打开这项检查。尚未导出的测量不会保留。',
    en: 'Please sign in again, then open this study. Measurements that were not exported are lost.',
  },
  signIn: { zh: '去登录', en: 'Sign in' },
  studyMissing: { zh: '打不开这项检查', en: 'This study cannot be opened' },
  studyMissingDetail: {
    zh: '检查不存在，或您无权查看。请从检查列表重新打开。',
    en: 'It does not exist, or you may not see it. Please open it again from the list.',
  },
  measurements: { zh: '测量', en: 'Measurements' },
  segmentations: { zh: '分割', en: 'Segmentations' },
  noMeasurements: {
    zh: '还没有测量。在工具栏选择测量工具，在图上画出即可。',
    en: 'No measurements yet. Choose a tool above and draw on the image.',
  },
  instance: { zh: '图像号', en: 'Image no.' },
  nameMeasurement: { zh: '命名测量', en: 'Name this measurement' },
  deleteMeasurement: { zh: '删除测量', en: 'Delete this measurement' },
  pictureWarning: { zh: '供临床参考，不作诊断依据', en: 'For reference, not for diagnosis' },
  lossy: { zh: '有损压缩', en: 'Lossy' },
  evidence: { zh: '依据', en: 'Evidence' },
  showSeries: { zh: '在当前视口显示该序列', en: 'Show this series in the active viewport' },
  seriesNotHere: { zh: '该序列不在已打开的影像中', en: 'This series is not among the open images' },
  seriesFacts: { zh: '序列识别', en: 'Series as understood' },
  requirements: { zh: '要求', en: 'Requirements' },
  satisfiedOf: { zh: '项符合', en: 'met' },
  why: { zh: '判断依据', en: 'Why' },
  from: { zh: '来源', en: 'From' },
  label: { zh: '互认标识', en: 'HR label' },
  labelProposed: { zh: '拟', en: 'proposed' },
  labelWithdrawn: { zh: '已撤销', en: 'withdrawn' },
  catalogue: { zh: '目录', en: 'Catalogue' },
  about: { zh: '关于互通阅片', en: 'About this viewer' },
  aboutDetail: {
    zh: '区域影像互通与检查结果互认。影像由 OHIF Viewer（MIT 许可）显示。',
    en: 'Regional imaging exchange and mutual recognition. Images are shown by the OHIF Viewer (MIT licence).',
  },
  licences: { zh: '第三方许可', en: 'Third-party licences' },
  imageFailed: { zh: '部分影像没有读到', en: 'Some images could not be read' },
  imageFailedDetail: {
    zh: '已显示的影像不受影响，请稍后重新打开该序列。',
    en: 'Images on screen are not affected; open the series again later.',
  },
} as const satisfies Record<string, Bilingual>;

export default words;
