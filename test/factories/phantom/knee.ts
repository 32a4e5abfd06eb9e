import { valueNoise } from './noise.ts';
import { curve, ellipsoid, either, grown, paintTube, path } from './shapes.ts';
import {
  boxAround,
  createVolume,
  fill,
  norm,
  type Box,
  type Distance,
  type Vec3,
  type Volume,
} from './volume.ts';

/** What the knee is made of; the place in the list is the label in the volume. */
export const KNEE_TISSUES = [
  'air',
  'skin',
  'fat',
  'muscle',
  'marrow',
  'cortex',
  'cartilage',
  'meniscus',
  'tear',
  'ligament',
  'crossed',
  'fluid',
  'vessel',
  'oedema',
  'hoffa',
] as const;
export type KneeTissue = (typeof KNEE_TISSUES)[number];
type Labels = Record<KneeTissue, number>;
const LABELS = Object.fromEntries(KNEE_TISSUES.map((tissue, label) => [tissue, label])) as Labels;

/**
 * A right knee, the joint line at z = 0, the lateral side at negative x: femur, tibia, fibula, patella,
 * cartilage, menisci (a tear in the medial posterior horn), ligaments, effusion, muscles and vessels.
 */
export function paintKnee(seed: string, box: Box, spacing: number): Volume {
  const volume: Volume = { ...createVolume(box, spacing, 0), hard: true };
  const labels = LABELS;
  const wobble = valueNoise(`${seed}/skin`, 40);
  const skin: Distance = (x, y, z) => {
    const bulge = Math.exp(-((z / 60) ** 2)) * 4;
    const calf = z < -30 ? Math.min(10, (-30 - z) * 0.16) : 0;
    return (
      (norm(x / (56 + bulge), (y - 4 - calf * 0.5) / (59 + bulge + calf)) - 1) * 56 + wobble(x, y, z) * 1.5
    );
  };
  fill(volume, { min: [-85, -85, box.min[2]], max: [85, 90, box.max[2]] }, skin, (_x, _y, _z, d) =>
    d > -1.6 ? labels.skin : labels.fat,
  );
  paintMuscles(volume, labels);
  paintBones(volume, labels);
  paintJoint(volume, labels);
  return volume;
}

const condyle = (side: -1 | 1): Distance => ellipsoid([side * 21, 8, 20], [17, 31, 20]);
const trochlea = ellipsoid([0, -8, 26], [30, 17, 19]);
const shaft: Distance = (x, y, z) => {
  const flare = Math.min(1, Math.max(0, (66 - z) / 52));
  const smooth = flare * flare * (3 - 2 * flare);
  const [wide, deep] = [14 + 22 * smooth, 14 + 11 * smooth];
  return Math.max((norm(x / wide, (y - 2 - 2 * smooth) / deep) - 1) * deep, 16 - z);
};
const groove: Distance = (x, y, z) => norm((x * 0.9) / 1, (y + 27) * 1, (z - 30) * 0.35) - 8.5;
const notch: Distance = (x, y, z) => Math.max(norm(x, (y - 26) * 0.55, (z - 6) * 0.75) - 11, -y - 2);
const femur: Distance = (x, y, z) =>
  Math.max(
    Math.min(condyle(-1)(x, y, z), condyle(1)(x, y, z), trochlea(x, y, z), shaft(x, y, z)),
    -groove(x, y, z),
    -notch(x, y, z),
  );
const tibia: Distance = (x, y, z) => {
  const depth = Math.max(0, -4 - z);
  const flare = Math.exp(-depth / 24);
  const top =
    z +
    4.5 +
    Math.exp(-((Math.abs(x) - 21) ** 2) / 160) * 1.6 -
    Math.exp(-(x * x) / 26 - (y - 6) ** 2 / 90) * 5.5;
  const tuberosity = norm(x * 0.8, y + 26, (z + 34) * 0.5) - 9;
  return Math.min(
    Math.max(
      norm(x / (14 + 26 * flare), (y - 4 + depth * 0.03) / (13 + 16 * flare)) * (14 + 20 * flare) -
        (14 + 20 * flare),
      top,
    ),
    tuberosity,
  );
};
const fibula: Distance = (x, y, z) =>
  Math.max(norm(x + 34, y - 24) - 6.5 - 4.5 * Math.exp(-(((z + 22) / 9) ** 2)), z + 13);
const patella: Distance = (x, y, z) =>
  Math.max(ellipsoid([0, -44, 26], [22, 11, 21])(x, y, z), y + 37 - 4 + Math.abs(x) * 0.34 - 2);

function paintBones(volume: Volume, labels: Labels): void {
  const box: Box = { min: [-50, -60, volume.origin[2]], max: [50, 48, 90] };
  const bone =
    (thickness: number) =>
    (_x: number, _y: number, _z: number, d: number): number =>
      d > -thickness ? labels.cortex : labels.marrow;
  const cover = (
    shape: Distance,
    margin: number,
    where: (x: number, y: number, z: number) => boolean,
  ): Distance => {
    const thick = grown(shape, margin);
    return (x, y, z) => (where(x, y, z) ? thick(x, y, z) : 1);
  };
  fill(
    volume,
    box,
    cover(femur, 2.6, (_x, y, z) => z < 40 && (z < 14 || y > 20 || y < -14)),
    labels.cartilage,
  );
  fill(
    volume,
    box,
    cover(tibia, 2.4, (x, _y, z) => z > -9 && Math.abs(x) > 6 && Math.abs(x) < 39),
    labels.cartilage,
  );
  fill(
    volume,
    box,
    cover(patella, 2.8, (_x, y) => y > -42),
    labels.cartilage,
  );
  fill(volume, box, femur, (x, y, z, d) => bone(z > 45 ? 2.4 : 1.1)(x, y, z, d));
  fill(volume, box, tibia, (x, y, z, d) => bone(z < -40 ? 2.4 : 1.2)(x, y, z, d));
  fill(volume, box, fibula, bone(1.4));
  fill(volume, box, patella, bone(1.2));
  const bruise = valueNoise('bruise', 8);
  fill(
    volume,
    boxAround([[24, 6, -14]], 16),
    (x, y, z) =>
      Math.max(ellipsoid([24, 6, -14], [10, 11, 8])(x, y, z) + bruise(x, y, z) * 4, tibia(x, y, z) + 1.4),
    labels.oedema,
  );
}

function paintJoint(volume: Volume, labels: Labels): void {
  const clear = grown(either(either(femur, tibia), patella), 2.2);
  const meniscus =
    (side: -1 | 1): Distance =>
    (x, y, z) => {
      const ring = norm((x - side * 21) * (side < 0 ? 1.05 : 1), (y - 5) * (side < 0 ? 0.98 : 0.84));
      const open = side * (x - side * 21) < -8 && Math.abs(y - 5) < (side < 0 ? 7 : 10) ? 1 : -10;
      const wedge = Math.abs(z + 0.6) - Math.max(0, (ring - 9) * 0.38);
      return Math.max(wedge, ring - 19, 9 - ring, open, -clear(x, y, z) - 1.2);
    };
  const reach: Box = { min: [-46, -40, -12], max: [46, 44, 12] };
  fill(
    volume,
    reach,
    (x, y, z) =>
      Math.max(
        norm((Math.abs(x) - 21) / 1.1, (y - 5) * 0.85) - 20,
        Math.abs(z + 0.5) - 5,
        -clear(x, y, z) + 0.4,
      ),
    labels.fluid,
  );
  for (const side of [-1, 1] as const) fill(volume, reach, meniscus(side), labels.meniscus);
  fill(
    volume,
    boxAround([[26, 24, -1]], 9),
    (x, y, z) => Math.max(Math.abs(z + 1.6 - (y - 24) * 0.3) - 0.55, meniscus(1)(x, y, z), 14 - x),
    labels.tear,
  );
  // fluid above the kneecap and behind the joint
  fill(
    volume,
    boxAround([[0, -30, 56]], 34),
    (x, y, z) => Math.max(ellipsoid([0, -29, 58], [26, 4.5, 25])(x, y, z), -femur(x, y, z) + 1.5),
    labels.fluid,
  );
  fill(volume, boxAround([[18, 44, 6]], 18), ellipsoid([18, 44, 8], [5, 4, 11]), labels.fluid);
  // fat pad, tendons and ligaments
  fill(
    volume,
    boxAround([[0, -32, -2]], 36),
    (x, y, z) =>
      Math.max(ellipsoid([0, -30, -2], [26, 17, 24])(x, y, z), -femur(x, y, z) + 3, -tibia(x, y, z) + 3),
    labels.hoffa,
  );
  const flat = (points: Vec3[], radius: number, width: number, label: number): void => {
    for (let dx = -width; dx <= width; dx += 1.6)
      paintTube(
        volume,
        points.map((p): Vec3 => [p[0] + dx, p[1], p[2]]),
        radius,
        label,
      );
  };
  flat(curve(path('0 -49 8, 0 -46 -12, 0 -36 -34'), 6), 2.4, 11, labels.ligament);
  flat(curve(path('0 -50 44, 0 -42 70, 0 -36 100'), 6), 3, 13, labels.ligament);
  paintTube(volume, curve(path('-9 21 15, -4 8 4, 3 -9 -5'), 6), [3.8, 4.4], labels.crossed);
  paintTube(volume, curve(path('6 2 12, 4 18 9, 1 27 -4, 0 31 -16'), 6), [4.6, 4.6], labels.ligament);
  paintTube(volume, curve(path('40 2 26, 42.5 2 0, 36 -2 -44'), 6), 1.7, labels.ligament);
  paintTube(volume, curve(path('-40 8 22, -41 14 2, -37 22 -16'), 6), 2, labels.ligament);
  paintTube(volume, curve(path('-36 -14 60, -39 -16 10, -32 -24 -14'), 6), 2, labels.ligament);
  paintTube(volume, curve(path('-26 -38 26, -36 -20 28'), 4), 1.2, labels.ligament);
  paintTube(volume, curve(path('24 -38 26, 36 -16 28'), 4), 1.2, labels.ligament);
}

function paintMuscles(volume: Volume, labels: Labels): void {
  const strands = valueNoise('knee muscle', 20);
  const fibre = (x: number, y: number, z: number): number =>
    Math.abs(strands(x * 1.6, y * 1.6, z * 0.35)) < 0.05 ? labels.fat : labels.muscle;
  const parts: [Vec3[], readonly [number, number]][] = [
    [path('24 -14 110, 30 -16 70, 28 -26 42'), [22, 9]],
    [path('-26 -18 110, -28 -18 74, -24 -26 46'), [20, 8]],
    [path('4 -28 118, 2 -33 84, 0 -41 54'), [20, 8]],
    [path('34 34 110, 38 34 40, 36 24 -20'), [15, 6]],
    [path('20 50 110, 30 48 40, 34 34 -10'), [12, 4]],
    [path('-34 40 110, -40 38 40, -38 30 0'), [16, 6]],
    [path('20 34 36, 18 44 0, 16 46 -50, 16 46 -120'), [8, 20]],
    [path('-20 34 34, -18 44 0, -16 46 -50, -16 46 -120'), [8, 19]],
    [path('-22 26 8, 0 28 -22, 8 26 -54'), [5, 11]],
    [path('-30 -8 -30, -32 -8 -70, -30 -10 -120'), [7, 14]],
  ];
  for (const [points, radius] of parts) paintTube(volume, curve(points, 8), radius, fibre);
  paintTube(volume, curve(path('2 46 110, 0 40 30, -2 38 -20, -4 32 -110'), 6), 4, labels.vessel);
  paintTube(volume, curve(path('8 52 110, 6 46 30, 6 45 -20, 4 38 -110'), 6), 4.4, labels.vessel);
  paintTube(volume, curve(path('48 44 110, 52 36 20, 46 40 -110'), 6), 2.2, labels.vessel);
}
