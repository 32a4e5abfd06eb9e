import { paintBrain } from './brain.ts';
import { cranium, face, inner, scalp, skullBase } from './headShape.ts';
import { LABELS, type HeadLesion, type Labels } from './headTissues.ts';
import { valueNoise } from './noise.ts';
import { frame, paintEllipsoid, paintTube, paintTurned, path } from './shapes.ts';
import { fill, type Box, type Distance, type Volume, createVolume } from './volume.ts';

/** The head from the vertex to the base of the skull as labels (see {@link HEAD_TISSUES}). */
export function paintHead(seed: string, box: Box, spacing: number, lesion: HeadLesion): Volume {
  const values = LABELS;
  const volume: Volume = { ...createVolume(box, spacing, values.air), hard: true };
  const whole: Box = { min: [-90, -115, box.min[2]], max: [90, 115, box.max[2]] };
  const soft = valueNoise('face muscles', 16);
  const head: Distance = (x, y, z) => Math.min(scalp(x, y, z), face(x, y, z));
  fill(volume, whole, head, (x, y, z, d) =>
    d > -2.2 ? values.skin : soft(x, y, z) > -0.05 ? values.muscle : values.fat,
  );
  fill(volume, { ...whole, min: [-90, -115, -60] }, scalp, (_x, _y, _z, d) =>
    d > -2.2 ? values.skin : values.fat,
  );
  paintFace(volume, values);
  fill(
    volume,
    whole,
    (x, y, z) => Math.max(cranium(x, y, z), skullBase(x, y) - 2.6 - z),
    (x, y, z, d) => {
      const depth = Math.min(-d, inner(x, y, z) > 0 ? inner(x, y, z) : 1);
      return depth < 1.9 ? values.cortex : values.diploe;
    },
  );
  // petrous bones with air cells, sella, great hole
  for (const side of [-1, 1]) {
    paintTube(
      volume,
      [
        [side * 62, 26, -42],
        [side * 14, 0, -40],
      ],
      [13, 6],
      (_x, _y, _z, d) => (d > -2.5 ? values.cortex : values.diploe),
    );
    const cells = valueNoise(`mastoid ${side}`, 3.4);
    paintEllipsoid(volume, [side * 60, 34, -46], [10, 14, 18], (x, y, z) =>
      cells(x, y, z) > -0.1 ? values.air : values.cortex,
    );
    paintTube(
      volume,
      [
        [side * 58, 18, -44],
        [side * 80, 16, -46],
      ],
      3.4,
      values.air,
    );
    paintTube(
      volume,
      [
        [side * 26, 8, -40],
        [side * 38, 12, -41],
      ],
      2.4,
      values.csf,
    );
  }
  paintBrain(volume, seed, values, lesion);
  return volume;
}

function paintFace(volume: Volume, values: Labels): void {
  const bone = (_x: number, _y: number, _z: number, d: number): number =>
    d > -1.8 ? values.cortex : values.diploe;
  for (const side of [-1, 1]) {
    // orbit with globe, lens, optic nerve and muscles
    paintTurned(volume, [side * 31, -62, -42], frame([-side * 0.35, 1, 0], [1, 0, 0]), [34, 21, 20], bone);
    paintTurned(
      volume,
      [side * 31, -64, -42],
      frame([-side * 0.35, 1, 0], [1, 0, 0]),
      [32, 18.5, 17.5],
      values.fat,
    );
    paintEllipsoid(volume, [side * 32, -78, -42], [12.4, 12.4, 12.4], (_x, _y, _z, d) =>
      d > -1.2 ? values.muscle : values.eye,
    );
    paintEllipsoid(volume, [side * 32, -87, -42], [4.4, 2.2, 4.4], values.lens);
    paintTube(
      volume,
      [
        [side * 31, -66, -42],
        [side * 16, -32, -40],
        [side * 6, -16, -36],
      ],
      2.1,
      values.white,
    );
    for (const [dx, dz] of [
      [11, 0],
      [-11, 0],
      [0, 11],
      [0, -11],
    ] as const) {
      paintTube(
        volume,
        [
          [side * 31 + dx, -72, -42 + dz],
          [side * 24 + dx * 0.7, -54, -42 + dz * 0.7],
          [side * 17, -34, -41],
        ],
        [2.2, 1.6],
        values.muscle,
      );
    }
    paintEllipsoid(volume, [side * 30, -56, -76], [17, 20, 18], bone);
    paintEllipsoid(volume, [side * 30, -56, -76], [15.5, 18.5, 16.5], (_x, _y, _z, d) =>
      d > -1.4 ? values.mucosa : values.air,
    );
    paintTube(
      volume,
      [
        [side * 66, -10, -56],
        [side * 58, -44, -58],
        [side * 44, -66, -60],
      ],
      4,
      bone,
    );
    const ethmoid = valueNoise(`ethmoid ${side}`, 6);
    paintEllipsoid(volume, [side * 9, -56, -46], [8, 24, 12], (x, y, z) =>
      Math.abs(ethmoid(x, y, z)) < 0.09 ? values.thinBone : values.air,
    );
    paintEllipsoid(volume, [side * 14, -84, -18], [11, 5, 12], values.air);
  }
  paintEllipsoid(volume, [0, -58, -74], [13, 34, 18], values.air);
  paintTube(volume, path('0 -30 -70, 0 -88 -70'), 1.1, values.thinBone);
  paintEllipsoid(volume, [0, -18, -50], [14, 12, 9], values.air);
  for (const side of [-1, 1])
    paintTurned(volume, [side * 8, -58, -78], frame([0, 1, 0], [1, 0, 0]), [24, 3.4, 5], values.mucosa);
}
