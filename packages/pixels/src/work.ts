/** The work itself, with its codecs; to be imported by threads, for it holds them up. */
export { renderFrames } from './render/render.ts';
export { transcodeFrame } from './transcode.ts';
