import type { DicomJson } from '@hutong/dicom';
import { unsupported } from './pixelError.ts';
import type { PixelDescription, RenderedPicture, RenderSettings } from './types.ts';

/** Frames as one picture (PS3.18 8.3.5.1). @throws PixelError */
export function renderFrames(_job: {
  frames: Uint8Array[];
  description: PixelDescription;
  dataset: DicomJson;
  settings: RenderSettings;
}): Promise<RenderedPicture> {
  return Promise.reject(unsupported('pictures are not rendered yet', '暂不支持渲染'));
}
