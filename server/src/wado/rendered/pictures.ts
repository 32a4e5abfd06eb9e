import type { DicomJson } from '@hutong/dicom';
import { number } from '@hutong/dicom';
import { frameBytes, PixelError, type RenderedPicture } from '@hutong/pixels';
import type { ServerParts } from '../../context.ts';
import type { InstanceContent } from '../lookUp.ts';
import { type InstanceSource, openSource } from '../source/instanceSource.ts';
import { annotationLines } from '../source/annotationLines.ts';
import { type RenderParameters, viewportFor } from './parameters.ts';
import type { PictureType } from './renderForms.ts';

/** One picture: one frame, or several as a moving one. */
export interface Picture {
  instance: InstanceContent;
  frames: readonly number[];
  presentationState: DicomJson | null;
}

/** Native bytes of the frames of one moving picture. */
const MAX_MOVING_BYTES = 256 * 1024 * 1024;
const MAX_MOVING_FRAMES = 1000;
const REPRESENTATIVE_FRAME_NUMBER = '00286010';

export type PictureParts = Pick<ServerParts, 'objects' | 'pixelThreads'>;

/** Opens each instance once for the pictures of one answer that follow each other. */
export class SourceKeeper {
  readonly #objects: ServerParts['objects'];
  #key: string | null = null;
  #source: Promise<InstanceSource> | null = null;
  #earlier: Promise<InstanceSource> | null = null;

  constructor(objects: ServerParts['objects']) {
    this.#objects = objects;
  }

  source(instance: InstanceContent): Promise<InstanceSource> {
    if (this.#source === null || this.#key !== instance.object_key) {
      // Pictures of the one before may still be made; those of the one before that were sent.
      void closeSource(this.#earlier);
      this.#earlier = this.#source;
      this.#key = instance.object_key;
      this.#source = openSource(this.#objects, instance);
    }
    return this.#source;
  }

  async close(): Promise<void> {
    await Promise.all([closeSource(this.#source), closeSource(this.#earlier)]);
  }
}

async function closeSource(source: Promise<InstanceSource> | null): Promise<void> {
  await source?.then(
    (open) => {
      open.close();
    },
    () => undefined,
  );
}

/**
 * Renders one picture in the threads.
 *
 * @throws PixelError what cannot be decoded or is too large
 * @throws HttpProblem 400 where a parameter does not fit the image, 503 where too many jobs wait
 */
export async function renderPicture(
  { pixelThreads }: PictureParts,
  source: InstanceSource,
  picture: Pick<Picture, 'frames' | 'presentationState'>,
  parameters: RenderParameters,
  mediaType: PictureType,
  signal?: AbortSignal,
): Promise<RenderedPicture> {
  const { description, dataset } = source;
  const { frames: frameNumbers, presentationState } = picture;
  if (
    frameNumbers.length > 1 &&
    (frameNumbers.length > MAX_MOVING_FRAMES ||
      frameNumbers.length * frameBytes(description) > MAX_MOVING_BYTES)
  ) {
    throw new PixelError(
      'TOO_LARGE',
      `a moving picture of ${frameNumbers.length} frames is larger than is worked on; ask for fewer frames`,
      `${frameNumbers.length} 帧的动图超出处理上限，请减少帧数`,
    );
  }
  const settings = {
    mediaType,
    quality: parameters.quality,
    viewport: viewportFor(parameters.viewport, description),
    window: parameters.window,
    iccProfile: parameters.iccProfile ?? 'no',
    annotations: annotationLines(dataset, parameters.annotations),
    watermark: parameters.watermark ?? [],
    presentationState,
    frameNumbers: [...frameNumbers],
  };
  const render = async (): Promise<RenderedPicture> => {
    const frames = [];
    for (const frame of frameNumbers) frames.push(await source.frame(frame));
    signal?.throwIfAborted();
    return pixelThreads.render({ frames, description, dataset, settings }, signal);
  };
  return pixelThreads.withRoom(frameNumbers.length * frameBytes(description), render, signal);
}

/** The frame that stands for a multi-frame image: the one its author named, or the middle one. */
export function representativeFrame(source: InstanceSource): number {
  const { numberOfFrames } = source.description;
  const named = number(source.dataset, REPRESENTATIVE_FRAME_NUMBER);
  if (named !== null && Number.isInteger(named) && named >= 1 && named <= numberOfFrames) return named;
  return Math.ceil(numberOfFrames / 2);
}
