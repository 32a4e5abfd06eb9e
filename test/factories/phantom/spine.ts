import { frame, paintTube, paintTurned, roundedBox, unit, subtract } from './shapes.ts';
import { fractalNoise } from './noise.ts';
import { fill, norm, type Vec3, type Volume } from './volume.ts';

export interface BoneValues {
  cortex: number;
  marrow: number;
  disc: number;
  cord: number;
  canal: number;
  /** The values are labels: no trabecular pattern, nothing between. */
  plain?: boolean;
}

export const CT_BONE: BoneValues = {
  cortex: 620,
  marrow: 190,
  disc: 85,
  cord: 38,
  canal: 12,
};

/** Middle of the vertebral bodies at a height: a gentle kyphosis in the chest, lordosis below. */
export type SpineCurve = (z: number) => number;

export interface SpineOptions {
  curve: SpineCurve;
  /** Lowest and highest height in mm. */
  from: number;
  to: number;
  /** Distance from one disc to the next in mm. */
  pitch: number;
  /** Half width and half depth of a vertebral body in mm. */
  radii: readonly [number, number];
  /** Long transverse processes (lumbar) or short ones that meet the ribs (thoracic). */
  transverse: number;
  /** How far the spinous processes fall. */
  droop: number;
}

/** Vertebral bodies with cortex and trabecular pattern, discs, arches, processes, canal and cord. */
export function paintSpine(volume: Volume, options: SpineOptions, values: BoneValues): void {
  const grain = fractalNoise('trabeculae', 2.6, 2);
  const { curve, pitch, radii } = options;
  const [halfWidth, halfDepth] = radii;
  const behind = halfDepth + 9;
  for (let level = Math.floor(options.from / pitch); level <= Math.ceil(options.to / pitch); level++) {
    const z = (level + 0.5) * pitch;
    const y = curve(z);
    const height = pitch / 2 - 2.2;
    const body = (px: number, py: number, pz: number): number => {
      const t = Math.min(1, Math.abs(pz - z) / height);
      const waist = 1 - 0.11 * (1 - t * t);
      const ax = px / (halfWidth * waist);
      const dy = py - curve(pz);
      // the back of a vertebral body is flat to hollow
      const ay = dy / (halfDepth * waist * (dy > 0 ? 0.86 : 1));
      const round = (Math.sqrt(ax * ax + ay * ay) - 1) * halfDepth;
      return Math.max(round, Math.abs(pz - z) - height);
    };
    const disc = (px: number, py: number, pz: number): number => {
      const ax = px / (halfWidth * 1.02);
      const ay = (py - curve(pz)) / (halfDepth * 1.0);
      return Math.max((Math.sqrt(ax * ax + ay * ay) - 1) * halfDepth, Math.abs(pz - z) - pitch / 2);
    };
    const box = {
      min: [-halfWidth - 3, y - halfDepth - 8, z - pitch / 2 - 2] as Vec3,
      max: [halfWidth + 3, y + halfDepth + 8, z + pitch / 2 + 2] as Vec3,
    };
    fill(volume, box, disc, values.disc);
    fill(volume, box, body, (px, py, pz, d) =>
      d > -1.5
        ? values.cortex
        : values.plain === true
          ? values.marrow
          : values.marrow + (values.cortex - values.marrow) * 0.14 * grain(px, py, pz),
    );
    // arch: pedicles, laminae, articular and transverse processes, spinous process
    const softer = values.plain === true ? 1 : 0.92;
    const marrow = (d: number): number => (d > -1.4 ? values.cortex * softer : values.marrow);
    for (const side of [-1, 1]) {
      const pedicle: Vec3[] = [
        [side * halfWidth * 0.62, y + halfDepth * 0.5, z + 2],
        [side * (halfWidth * 0.62 + 1), y + behind + 4, z + 1],
        [side * 7, y + behind + 14, z - 4],
        [0, y + behind + 17, z - 6],
      ];
      paintTube(volume, pedicle, 4, (_x, _y, _z, d) => marrow(d));
      paintTube(
        volume,
        [
          [side * halfWidth * 0.7, y + behind + 3, z],
          [side * (halfWidth * 0.7 + options.transverse), y + behind + 9, z + 1],
        ],
        [4.2, 3.2],
        (_x, _y, _z, d) => marrow(d),
      );
      paintTube(
        volume,
        [
          [side * (halfWidth * 0.62 + 1), y + behind + 8, z - pitch / 2 + 2],
          [side * (halfWidth * 0.62 + 1), y + behind + 8, z + pitch / 2 - 4],
        ],
        4.4,
        (_x, _y, _z, d) => marrow(d),
      );
    }
    paintTube(
      volume,
      [
        [0, y + behind + 15, z - 6],
        [0, y + behind + 33, z - 6 - options.droop],
      ],
      [3.6, 4.4],
      (_x, _y, _z, d) => marrow(d),
    );
  }
  const step = 4;
  const canal: Vec3[] = [];
  for (let z = options.from - pitch; z <= options.to + pitch; z += step)
    canal.push([0, curve(z) + behind, z]);
  paintTube(volume, canal, 8.2, values.canal);
  paintTube(volume, canal, 4.9, values.cord);
}

/** A flat bone between two points: an ellipsoid squeezed to a blade, cortex outside. */
export function paintBlade(
  volume: Volume,
  from: Vec3,
  to: Vec3,
  width: number,
  thickness: number,
  facing: Vec3,
  values: BoneValues,
): void {
  const middle: Vec3 = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
  const length = norm(to[0] - from[0], to[1] - from[1], to[2] - from[2]) / 2;
  paintTurned(
    volume,
    middle,
    frame(unit(subtract(to, from)), facing),
    [length, thickness, width],
    (_x, _y, _z, d) => (d > -1.3 ? values.cortex * 0.85 : values.marrow),
  );
}

/** A box-like bone (sternum), cortex outside. */
export function paintPlate(volume: Volume, centre: Vec3, half: Vec3, values: BoneValues): void {
  const reach = 2;
  fill(
    volume,
    {
      min: [centre[0] - half[0] - reach, centre[1] - half[1] - reach, centre[2] - half[2] - reach],
      max: [centre[0] + half[0] + reach, centre[1] + half[1] + reach, centre[2] + half[2] + reach],
    },
    roundedBox(centre, half, Math.min(...half) * 0.9),
    (_x, _y, _z, d) => (d > -1.5 ? values.cortex * 0.8 : values.marrow),
  );
}
