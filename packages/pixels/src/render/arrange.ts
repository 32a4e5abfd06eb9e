import type { Picture } from './greyPicture.ts';
import type { Placement } from './placement.ts';

/**
 * The shown region of a picture, turned and flipped; black where it reaches beyond the picture.
 *
 * @param reduction how many pixels of the image one of the picture's is wide
 */
export function arranged(picture: Picture, placement: Placement, reduction: number): Picture {
  const { region, rotation, flipHorizontally, flipVertically } = placement;
  let result = cropped(picture, {
    x: Math.round(region.x / reduction),
    y: Math.round(region.y / reduction),
    width: Math.max(1, Math.round(region.width / reduction)),
    height: Math.max(1, Math.round(region.height / reduction)),
  });
  if (rotation === 90 || rotation === 270) result = transposed(result);
  // A turn is a transposition with flips, and a half turn is both flips.
  const horizontally = (rotation === 90 || rotation === 180) !== flipHorizontally;
  const vertically = (rotation === 270 || rotation === 180) !== flipVertically;
  return flipped(result, horizontally, vertically);
}

function cropped(picture: Picture, region: Placement['region']): Picture {
  const { x, y, width, height } = region;
  const { samples, channels } = picture;
  if (x === 0 && y === 0 && width === picture.width && height === picture.height) return picture;
  const out = new Uint8Array(width * height * channels);
  const fromX = Math.max(0, x);
  const toX = Math.min(picture.width, x + width);
  for (let line = Math.max(0, y); line < Math.min(picture.height, y + height) && fromX < toX; line++) {
    const start = line * picture.width;
    out.set(
      samples.subarray((start + fromX) * channels, (start + toX) * channels),
      ((line - y) * width + (fromX - x)) * channels,
    );
  }
  return { samples: out, width, height, channels };
}

function transposed({ samples, width, height, channels }: Picture): Picture {
  const out = new Uint8Array(samples.length);
  for (let y = 0, from = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0, to = (x * height + y) * channels; c < channels; c++)
        out[to + c] = samples[from++] as number;
  return { samples: out, width: height, height: width, channels };
}

function flipped(picture: Picture, horizontally: boolean, vertically: boolean): Picture {
  if (!horizontally && !vertically) return picture;
  const { samples, width, height, channels } = picture;
  const out = new Uint8Array(samples.length);
  for (let y = 0, from = 0; y < height; y++) {
    const line = vertically ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const to = (line * width + (horizontally ? width - 1 - x : x)) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = samples[from++] as number;
    }
  }
  return { ...picture, samples: out };
}
