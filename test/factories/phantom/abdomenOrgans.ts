import { randomFrom } from '../random.ts';
import { peritoneum } from './abdomenShape.ts';
import { type Labels } from './abdomenTissues.ts';
import { valueNoise } from './noise.ts';
import {
  add,
  curve,
  ellipsoid,
  frame,
  paintEllipsoid,
  paintTube,
  paintTurned,
  path,
  turnedEllipsoid,
  without,
} from './shapes.ts';
import { growTree, paintTree, pointsInside } from './vesselTree.ts';
import { boxAround, fill, norm, type Box, type Distance, type Vec3, type Volume } from './volume.ts';

const rough = valueNoise('liver surface', 38);

const gallbladder = frame([0.25, -0.75, -0.6], [1, 0, 0]);

export const liver: Distance = (x, y, z) => {
  const right = ellipsoid([-72, 0, 18], [66, 84, 88])(x, y, z);
  const left = ellipsoid([2, -46, 42], [74, 32, 44])(x, y, z);
  const d = Math.min(right, left);
  const inner = peritoneum(x, y, z) + 4;
  const front = Math.min(1, Math.max(0, (14 - y) / 46));
  const medial = x - 2 - 96 * front * front - Math.max(0, z - 30) * 0.3;
  const porta = 24 - norm(x + 20, (y - 6) * 0.9, (z - 6) * 0.8);
  const kidneyBed = 44 - norm(x + 70, y - 54, (z + 38) * 0.66);
  return Math.max(d, inner, medial * 0.8, porta, kidneyBed) + rough(x, y, z) * 3.2;
};

export const spleen: Distance = (x, y, z) =>
  Math.max(
    ellipsoid([92, 32, 42], [40, 52, 52])(x, y, z),
    -ellipsoid([66, 14, 36], [34, 50, 62])(x, y, z),
    peritoneum(x, y, z) + 4,
  ) +
  rough(x, y, z) * 1.5;

export function paintKidneys(volume: Volume, values: Labels): void {
  for (const side of [-1, 1]) {
    const centre: Vec3 = [side * 66, 46, side < 0 ? -44 : -30];
    const axes = frame([side * 0.26, 0.16, -1], [side * 0.8, -0.6, 0]);
    const hilum = add(centre, [-side * 0.86, -0.5, 0], 22);
    const shape = without(turnedEllipsoid(centre, axes, [55, 27, 25]), ellipsoid(hilum, [11, 11, 17]));
    const lobes = valueNoise(`kidney ${side}`, 10);
    fill(volume, boxAround([centre], 62), shape, (x, y, z, d) => {
      const depth = -d;
      const columns = 8.5 + lobes(x, y, z) * 5;
      return depth < columns ? values.cortex : values.medulla;
    });
    paintTurned(volume, add(centre, [-side, -0.5, 0], 9), axes, [29, 11, 10], values.fat);
    const pelvis = add(centre, [-side, -0.4, 0], 15);
    for (const up of [-20, -9, 3, 14, 22]) {
      paintTube(volume, [pelvis, add(add(centre, [side, -0.2, 0], 4), axes.u, -up)], [3, 2.4], values.pelvis);
    }
    paintEllipsoid(volume, pelvis, [8, 6, 10], values.pelvis);
    paintTube(
      volume,
      curve([pelvis, [side * 44, 30, -70], [side * 38, 24, -110], [side * 36, 20, -160]], 5),
      [2.8, 1.8],
      values.pelvis,
    );
    const aorta: Vec3 = [10, 18, -18];
    paintTube(volume, curve([aorta, [side * 26, 30, -22], hilum], 4), [3.2, 2.6], values.aorta);
    paintTube(
      volume,
      curve([[-20, 10, -22], [side * 24, 22, -26], add(hilum, [0, -6, -4])], 4),
      [5, 4],
      values.cava,
    );
  }
  for (const [side, y] of [
    [-38, 22],
    [40, 22],
  ] as const) {
    paintTube(
      volume,
      [
        [side, y, 14],
        [side - Math.sign(side) * 8, y + 14, 8],
      ],
      2.2,
      values.pancreas,
    );
    paintTube(
      volume,
      [
        [side, y, 14],
        [side + Math.sign(side) * 8, y + 14, 8],
      ],
      2.2,
      values.pancreas,
    );
  }
}

export function paintSolidOrgans(volume: Volume, seed: string, values: Labels): void {
  const random = randomFrom(`${seed}/liver vessels`);
  const liverBox: Box = { min: [-140, -95, -75], max: [80, 95, 110] };
  const spleenBox: Box = { min: [50, -25, -15], max: [136, 90, 98] };
  fill(volume, liverBox, liver, values.liver);
  const moire = valueNoise('spleen arterial', 13);
  fill(volume, spleenBox, spleen, (x, y, z) => (moire(x, y, z) > 0 ? values.spleenBright : values.spleen));
  const veins = growTree([-22, 18, 68], pointsInside(random, liverBox, liver, 6, 170), random, 0.42);
  const portal = growTree([-26, 0, 10], pointsInside(random, liverBox, liver, 6, 240), random, 0.42);
  paintTree(volume, veins, 0.75, values.hepaticVein, 5.5);
  paintTree(volume, portal, 0.75, values.portal, 6.5);
  paintTree(
    volume,
    growTree([-24, -4, 12], pointsInside(random, liverBox, liver, 6, 90), random, 0.42),
    0.5,
    values.hepaticArtery,
    2,
  );
  // a tumour that takes up contrast early and loses it early, and a simple cyst
  const tumour: Vec3 = [-88, 10, 40];
  const nodular = valueNoise(`${seed}/tumour`, 9);
  const rim: Distance = (x, y, z) => ellipsoid(tumour, [17, 15, 16])(x, y, z) + nodular(x, y, z) * 2;
  fill(volume, boxAround([tumour], 26), rim, (_x, _y, _z, d) =>
    d > -1.8 ? values.tumourRim : values.tumour,
  );
  paintEllipsoid(volume, [-40, -48, 36], [9, 9, 9], values.cyst);
  // gallbladder, pancreas, stomach, splenic and portal vein
  paintTurned(volume, [-48, -46, -20], gallbladder, [27, 12, 12], (_x, _y, _z, d) =>
    d > -1.6 ? values.bowelWall : values.gall,
  );
  paintTube(volume, curve(path('-24 0 8, -22 8 -14, -26 10 -34'), 4), 3.2, values.duct);
  const lobulated = valueNoise('pancreas lobules', 6);
  const pancreas = curve(path('-30 0 -34, -24 -8 -22, -4 -18 -6, 20 -16 4, 46 2 12, 66 18 22'), 6);
  paintTube(volume, pancreas, [13, 8], (x, y, z) =>
    lobulated(x, y, z) > 0.42 ? values.fat : values.pancreas,
  );
  paintTube(volume, pancreas, 1.1, values.duct);
  const stomach = curve(path('56 10 84, 58 -26 56, 44 -50 24, 14 -62 -4, -14 -48 -10'), 7);
  paintTube(volume, stomach, [30, 15], values.bowelWall);
  paintTube(volume, stomach, [25, 10.5], (x, y) => (y < -44 + x * 0.05 ? values.gas : values.bowelFluid));
}

export function paintGreatVessels(volume: Volume, values: Labels): void {
  const aorta = curve(path('12 30 130, 12 22 60, 10 16 0, 8 12 -60, 6 8 -140'), 6);
  paintTube(volume, aorta, [12.6, 9.6], values.vesselWall);
  paintTube(volume, aorta, [11.4, 8.6], values.aorta);
  paintTube(volume, path('20 12 -50, 19 9 -58, 16 2 -66'), 1.2, values.calcium);
  paintTube(
    volume,
    curve(path('-22 10 130, -24 14 60, -22 12 0, -20 14 -60, -18 16 -140'), 6),
    [13, 10.5],
    values.cava,
  );
  paintTube(volume, curve(path('11 18 30, 10 2 30, -6 -4 28, -24 -4 18'), 5), [3.6, 2.6], values.aorta);
  paintTube(volume, curve(path('10 2 30, 34 6 26, 70 20 34'), 5), [2.8, 2.2], values.aorta);
  paintTube(volume, curve(path('10 14 12, 9 -2 0, 8 -8 -40, 4 -12 -120'), 5), [3.8, 2.6], values.aorta);
  paintTube(volume, curve(path('-26 0 10, -12 -6 -4, -4 -10 -30, -4 -14 -120'), 5), [7.4, 5], values.portal);
  paintTube(volume, curve(path('-12 -6 -4, 20 -6 6, 48 12 18, 72 20 32'), 5), [5.4, 4], values.portal);
}
