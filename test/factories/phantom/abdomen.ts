import { randomFrom } from '../random.ts';
import { paintGreatVessels, paintKidneys, paintSolidOrgans } from './abdomenOrgans.ts';
import { peritoneum, spineCurve, trunk } from './abdomenShape.ts';
import { LABELS, type Labels } from './abdomenTissues.ts';
import { fractalNoise, valueNoise } from './noise.ts';
import { both, curve, ellipsoid, grown, paintTube, path } from './shapes.ts';
import { paintSpine } from './spine.ts';
import {
  boxAround,
  fill,
  norm,
  type Box,
  type Distance,
  type Vec3,
  type Volume,
  createVolume,
} from './volume.ts';

/** The upper and middle abdomen as labels (see {@link ABDOMEN_TISSUES}); the same for the same seed. */
export function paintAbdomen(seed: string, box: Box, spacing: number): Volume {
  const values = LABELS;
  const volume: Volume = { ...createVolume(box, spacing, values.air), hard: true };
  paintWall(volume, box, values);
  const bone = {
    cortex: values.bone,
    marrow: values.marrow,
    disc: values.disc,
    cord: values.cord,
    canal: values.canal,
    plain: true,
  };
  paintSpine(
    volume,
    {
      curve: spineCurve,
      from: box.min[2],
      to: box.max[2],
      pitch: 34,
      radii: [23, 16.5],
      transverse: 24,
      droop: 2,
    },
    bone,
  );
  paintBowel(volume, seed, values);
  paintKidneys(volume, values);
  paintSolidOrgans(volume, seed, values);
  paintGreatVessels(volume, values);
  return volume;
}

function paintWall(volume: Volume, box: Box, values: Labels): void {
  const reach: Box = { min: [-180, -120, box.min[2]], max: [180, 125, box.max[2]] };
  const seams = valueNoise('wall seams', 30);
  fill(volume, reach, trunk, (x, y, z, d) => {
    if (d > -1.6) return values.skin;
    const inner = peritoneum(x, y, z);
    if (inner < 0) return values.fat;
    // three flat muscles at the sides, straight muscle beside the white line, thick back
    const back = Math.min(1, Math.max(0, (y - 18) / 40));
    const side = Math.abs(x) < 8 && y < 0 ? 2 : Math.abs(x) < 62 && y < 0 ? 9 : 14;
    const thickness = side + 12 * back * back + seams(x, y, z) * 3;
    if (inner >= thickness) return values.fat;
    const lamina = y <= 24 && Math.abs(x) > 66 && (Math.abs(inner - 5) < 0.7 || Math.abs(inner - 10) < 0.7);
    return lamina || Math.abs(seams(x * 1.5, y * 1.5, z * 0.3)) < 0.04 ? values.fat : values.muscle;
  });
  const table =
    (radius: number): Distance =>
    (x, y) =>
      Math.max(Math.abs(norm(x, y + 186) - radius) - 0.9, Math.abs(x) - 190, 110 - y);
  fill(volume, { min: [-195, 100, box.min[2]], max: [195, 160, box.max[2]] }, table(306), values.table);
  for (const side of [-1, 1]) {
    const at = (x: number, y: number): Vec3[] =>
      [box.min[2] - 10, -60, 0, 60, box.max[2] + 10].map((z) => [side * x, spineCurve(z) + y, z]);
    const fibre = (x: number, y: number, z: number): number =>
      seams(x * 2.2, y * 2.2, z * 0.4) > 0.5 ? values.fat : values.muscle;
    paintTube(volume, at(26, 44), 17, fibre);
    paintTube(volume, at(48, 42), 16, fibre);
    paintTube(volume, at(62, 34), 11, fibre);
    const psoas: Vec3[] = [
      [side * 26, 38, 40],
      [side * 32, 36, -20],
      [side * 40, 30, -90],
      [side * 48, 20, -140],
    ];
    paintTube(volume, curve(psoas, 4), [7, 22], values.muscle);
    for (let rib = 0; rib < 5; rib++) {
      const points: Vec3[] = [];
      for (let step = 0; step <= 14; step++) {
        const angle = (step / 14) * (2.3 - rib * 0.22);
        points.push([side * Math.sin(angle) * 139, -4 + Math.cos(angle) * 96, 96 - rib * 26 - angle * 34]);
      }
      paintTube(volume, points, 5, values.bone);
      paintTube(volume, points, 3.2, values.marrow);
    }
  }
  // crura of the diaphragm
  paintTube(volume, curve(path('-12 24 70, -15 22 20, -12 24 -30'), 4), [4.5, 4], values.muscle);
  paintTube(volume, curve(path('16 28 70, 15 26 20, 12 26 -20'), 4), [4, 3], values.muscle);
}

function paintBowel(volume: Volume, seed: string, values: Labels): void {
  const random = randomFrom(`${seed}/bowel`);
  const stool = fractalNoise('stool', 8, 2);
  // mesenteric vessels in the fat
  for (let vessel = 0; vessel < 60; vessel++) {
    const end: Vec3 = [random.between(-80, 90), random.between(-66, 0), random.between(-150, -40)];
    const start: Vec3 = [random.between(0, 12), -8, end[2] + random.between(10, 30)];
    paintTube(
      volume,
      [start, [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 6, (start[2] + end[2]) / 2], end],
      [1.6, 0.6],
      values.portal,
    );
  }
  for (let loop = 0; loop < 46; loop++) {
    const centre: Vec3 = [random.between(-58, 74), random.between(-72, -18), random.between(-165, -34)];
    const turn = random.between(0, 6.3);
    const size = random.between(12, 24);
    const points: Vec3[] = [];
    for (let step = 0; step <= 8; step++) {
      const angle = turn + (step / 8) * random.between(2.6, 3.6);
      points.push([
        centre[0] + Math.cos(angle) * size,
        centre[1] + Math.sin(angle) * size * 0.6,
        centre[2] + Math.sin(angle * 1.3) * 8,
      ]);
    }
    const path = curve(points, 3);
    const gas = random.next() < 0.16;
    paintTube(volume, path, 9.5, values.bowelWall);
    paintTube(volume, path, 7.2, (_x, y) => (gas && y < centre[1] - 2 ? values.gas : values.bowelFluid));
  }
  const colon: Vec3[][] = [
    path('-104 6 -170, -106 8 -110, -98 -4 -66, -86 -30 -52'),
    path('-86 -30 -52, -40 -68 -56, 10 -74 -50, 60 -66 -30, 98 -30 -4'),
    path('98 -30 -4, 112 8 -20, 110 20 -90, 106 20 -170'),
  ];
  for (const part of colon) {
    const path = curve(part, 8);
    const haustra = (x: number, y: number, z: number): number => Math.sin((x + y + z) * 0.22) * 2.5;
    for (const [inside, paint] of [
      [0, () => values.bowelWall],
      [
        2.6,
        (x: number, y: number, z: number): number =>
          stool(x, y, z) > -0.06 ? values.gas : stool(x, y, z) < -0.25 ? values.bowelFluid : values.stool,
      ],
    ] as const) {
      for (const point of path) {
        const r = 17 - inside + haustra(point[0], point[1], point[2]);
        fill(
          volume,
          boxAround([point], r + 2),
          both(ellipsoid(point, [r, r, r]), grown(peritoneum, -1)),
          paint,
        );
      }
    }
  }
}
