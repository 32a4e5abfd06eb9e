import { FAT, MUSCLE, belowDiaphragm, cage, cavity, smooth, spineCurve, trunk } from './chestShape.ts';
import { paintArms, paintRibs, paintTable, paintUpperAbdomen } from './chestWall.ts';
import { PLAIN_HEART, heartShape, paintHeart, type HeartValues } from './heart.ts';
import { paintLungs, paintNodule, paintPulmonaryVessels } from './lungs.ts';
import { paintMediastinum } from './mediastinum.ts';
import { valueNoise } from './noise.ts';
import { curve, grown, paintTube } from './shapes.ts';
import { CT_BONE, paintSpine } from './spine.ts';
import { createVolume, fill, type Box, type Distance, type Vec3, type Volume } from './volume.ts';

export interface ChestOptions {
  seed: string;
  box: Box;
  /** Voxel size in mm. */
  spacing: number;
  heart?: HeartValues;
  /** Blood of the pulmonary vessels in HU. */
  pulmonaryBlood?: number;
  /** Arms above the head (CT), or left for {@link paintArms}. */
  arms?: 'up' | 'later';
  nodule?: { centre: Vec3; radius: number } | null;
  /** The patient table under the back. */
  table?: boolean;
}

export const HEART_CENTRE: Vec3 = [24, -26, -42];

export const NODULE = { centre: [-78, -8, 38] as Vec3, radius: 6.5 };

const AIR = -1000;

/** The chest as CT values (HU) with skin, muscle, ribs, spine, lungs with vessels and airways, heart and vessels. */
export function paintChest(options: ChestOptions): Volume {
  const volume = createVolume(options.box, options.spacing, AIR);
  const { box } = options;
  const heartValues = options.heart ?? PLAIN_HEART;
  const shape = heartShape(HEART_CENTRE);
  const outer = valueNoise('muscle', 26);

  if (options.table ?? true) paintTable(volume, box);
  const bodyBox: Box = { min: [-215, -120, box.min[2]], max: [215, 125, box.max[2]] };
  fill(volume, bodyBox, trunk, 20);
  fill(volume, bodyBox, grown(trunk, -1.7), FAT);
  // muscle between the fat under the skin and the cage: thick at the back and at the front of the chest
  const muscle: Distance = (x, y, z) => {
    const inCage = cavity(x, y, z);
    if (inCage > 90) return inCage - 90;
    const [a, b] = cage(z);
    const pectoral = smooth(-30, -62, y) * smooth(18, 60, Math.abs(x)) * smooth(-50, 10, z);
    const back = smooth(20, 60, y) * (1 - 0.5 * smooth(60, 120, Math.abs(x)));
    const thickness = 9 + 13 * pectoral + 22 * back + (a < 60 || b < 40 ? 60 : 0);
    if (Math.abs(inCage - thickness) > 6) return Math.max(inCage - thickness, trunk(x, y, z) + 6);
    return Math.max(inCage - thickness - outer(x, y, z) * 4, trunk(x, y, z) + 6);
  };
  fill(volume, bodyBox, muscle, (x, y, z) =>
    Math.abs(outer(x * 1.6, y * 1.6, z * 0.5)) < 0.05 ? FAT : MUSCLE,
  );
  fill(volume, bodyBox, cavity, FAT + 8);
  fill(volume, bodyBox, belowDiaphragm, (x, y) => (x < 20 + 30 * smooth(0, -60, y) ? 56 : FAT));
  paintUpperAbdomen(volume);
  paintRibs(volume);
  if (options.arms !== 'later') paintArms(volume, 'up');
  paintSpine(
    volume,
    {
      curve: spineCurve,
      from: box.min[2],
      to: box.max[2],
      pitch: 25,
      radii: [16, 13.5],
      transverse: 16,
      droop: 12,
    },
    CT_BONE,
  );
  for (const side of [-1, 1]) {
    const muscle = curve(
      [-200, -100, 0, 100, 200].map((z): Vec3 => [side * 24, spineCurve(z) + 33, z]),
      3,
    );
    paintTube(volume, muscle, 11, (x, y, z) => (outer(x * 2.4, y * 2.4, z) > 0.55 ? -40 : MUSCLE));
  }

  paintHeart(volume, HEART_CENTRE, shape, heartValues);
  const lungs = paintLungs(volume, options.seed, shape.outline);
  paintMediastinum(volume, shape, heartValues, options.pulmonaryBlood ?? 40);
  paintPulmonaryVessels(volume, options.seed, (options.pulmonaryBlood ?? 40) + 5, lungs);
  const nodule = options.nodule === undefined ? NODULE : options.nodule;
  if (nodule !== null) paintNodule(volume, nodule.centre, nodule.radius);
  return volume;
}
