import { language } from './language.ts';

interface WindowPreset {
  id: string;
  description: string;
  /** Window width and centre in Hounsfield units, as strings the way OHIF keeps them. */
  window: string;
  level: string;
}

const windows: [id: string, zh: string, en: string, width: number, centre: number][] = [
  ['lung', '肺窗', 'Lung', 1500, -600],
  ['mediastinum', '纵隔窗', 'Mediastinum', 350, 40],
  ['abdomen', '腹窗', 'Abdomen', 400, 40],
  ['liver', '肝窗', 'Liver', 160, 60],
  ['brain', '脑窗', 'Brain', 80, 40],
  ['stroke', '卒中窗', 'Stroke', 40, 40],
  ['bone', '骨窗', 'Bone', 2000, 400],
  ['vessel', '血管窗', 'Vessels', 600, 200],
];

/** The windows of CT reading; the first four are on keys 1 to 4. */
export function ctWindows(): WindowPreset[] {
  const zh = language() === 'zh';
  return windows.map(([id, chinese, english, width, centre]) => ({
    id: `ct-${id}`,
    description: zh ? chinese : english,
    window: String(width),
    level: String(centre),
  }));
}
