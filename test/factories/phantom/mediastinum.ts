import type { heartShape } from './heart.ts';
import { type HeartValues } from './heart.ts';
import { HILUM } from './lungs.ts';
import { along, curve, paintEllipsoid, paintTube, path } from './shapes.ts';
import { type Vec3, type Volume } from './volume.ts';

export function paintMediastinum(
  volume: Volume,
  shape: ReturnType<typeof heartShape>,
  heart: HeartValues,
  blood: number,
): void {
  const root = shape.aorticRoot;
  const wall = 40;
  // superior vena cava and right atrium, azygos, aorta with its arch and three branches
  paintTube(
    volume,
    curve(path('-26 -22 80, -27 -14 40, -28 -8 10, -26 -6 -10'), 5),
    9.5,
    heart.rightBlood === 40 ? 42 : 560,
  );
  paintTube(volume, path('-9 48 -150, -9 48 30'), 3.2, 42);
  const ascending = curve(
    [
      root,
      [-8, -26, 6],
      [-8, -24, 24],
      [0, -8, 42],
      [14, 14, 44],
      [24, 34, 30],
      [26, 42, 4],
      [24, 46, -40],
      [16, 42, -90],
      [8, 36, -160],
    ],
    6,
  );
  paintTube(volume, ascending, [17.5, 12.5], heart.aorta === 42 ? 42 : wall);
  paintTube(volume, ascending, [16, 11.2], heart.aorta);
  for (const [from, to] of [
    path('-4 -14 42, -22 -8 112'),
    path('8 0 48, 14 2 118'),
    path('18 12 46, 30 14 112'),
  ] as [Vec3, Vec3][]) {
    paintTube(volume, [from, along(from, to, 0.5), to], [6, 4.2], heart.aorta);
  }
  paintTube(volume, curve([shape.pulmonaryRoot, [14, -38, 0], [18, -20, 14]], 5), [14.5, 13], blood);
  paintTube(volume, curve([[18, -20, 14], [0, -2, 10], [-24, 2, 8], HILUM.right], 5), [11.5, 8.5], blood);
  paintTube(volume, curve([[18, -20, 14], [28, -4, 18], HILUM.left], 5), [11.5, 9], blood);
  for (const [vein, end] of [
    [[-44, 2, -18], shape.leftAtrium],
    [[-40, -6, 0], shape.leftAtrium],
    [[46, 10, -18], shape.leftAtrium],
    [[44, -8, 2], shape.leftAtrium],
  ] as [Vec3, Vec3][]) {
    paintTube(volume, [vein, end], [6, 7], heart.leftBlood === 40 ? 40 : heart.leftBlood * 0.95);
  }
  // airways and gullet
  const trachea = curve(path('0 4 175, 0 10 110, 0 16 60, -1 20 26'), 6);
  const mainBronchi = [
    curve(path('-1 20 26, -18 18 12, -34 14 2'), 5),
    curve(path('-1 20 26, 18 20 14, 40 16 4'), 5),
  ];
  paintTube(volume, trachea, 10.4, 30);
  for (const bronchus of mainBronchi) paintTube(volume, bronchus, [8.6, 7], 20);
  paintTube(volume, trachea, 8.8, -1000);
  for (const bronchus of mainBronchi) paintTube(volume, bronchus, [7.2, 5.6], -1000);
  const gullet = curve(path('4 32 150, 6 38 60, 8 34 -20, 14 26 -80, 30 10 -112'), 6);
  paintTube(volume, gullet, 6.5, 38);
  paintTube(volume, gullet, 1.6, -500);
  for (const node of path('-18 6 28, -16 -18 36, 12 -34 34, -2 24 2, 24 4 34')) {
    paintEllipsoid(volume, node, [4, 2.8, 4.5], 38);
  }
}
