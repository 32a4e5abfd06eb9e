import { FAT, MUSCLE, cage } from './chestShape.ts';
import { along, curve, paintEllipsoid, paintTube } from './shapes.ts';
import { CT_BONE, paintBlade, paintPlate } from './spine.ts';
import { fill, norm, type Box, type Distance, type Vec3, type Volume } from './volume.ts';

export function paintTable(volume: Volume, box: Box): void {
  const shell =
    (radius: number, thickness: number): Distance =>
    (x, y) =>
      Math.max(Math.abs(norm(x, y + 300 - 114) - radius) - thickness / 2, Math.abs(x) - 200, 118 - y - 8);
  const reach: Box = { min: [-205, 60, box.min[2]], max: [205, 160, box.max[2]] };
  fill(volume, reach, shell(300, 14), -960);
  fill(volume, reach, shell(306, 1.6), -180);
  fill(volume, reach, shell(293, 1.6), -180);
}

export function paintUpperAbdomen(volume: Volume): void {
  // stomach bubble with its wall and fluid level, spleen
  paintEllipsoid(volume, [62, -18, -118], [38, 34, 30], (_x, y, _z, d) =>
    d > -4 ? 45 : y < -22 ? -990 : 18,
  );
  paintEllipsoid(volume, [104, 36, -118], [24, 36, 42], 50);
}

export function paintRibs(volume: Volume): void {
  for (let rib = 0; rib < 12; rib++) {
    const top = 112 - rib * 22.5;
    const length = rib === 0 ? 0.8 : rib < 7 ? 0.9 : rib < 10 ? 0.8 : 0.52;
    const fall = rib === 0 ? 26 : 62;
    for (const side of [-1, 1]) {
      const points: Vec3[] = [];
      for (let step = 0; step <= 20; step++) {
        const t = (step / 20) * length;
        const angle = t * Math.PI;
        const z = top - fall * (1 - Math.cos(angle * 0.85)) * 0.62;
        const [a, b] = cage(Math.min(z, 96 - (rib === 0 ? 0 : 4)));
        const round = (c: number): number => Math.sign(c) * Math.abs(c) ** 0.8;
        points.push([
          side * (round(Math.sin(angle)) * (a + 2.5) + 14 * (1 - t) ** 6),
          round(Math.cos(angle)) * (b + 2.5),
          z,
        ]);
      }
      paintTube(volume, points, 5, 760);
      paintTube(volume, points, 2.9, 230);
      const tip = points.at(-1);
      if (tip !== undefined && rib < 10) {
        const sternum: Vec3 = [
          side * 15,
          -92 + Math.max(0, (rib - 6) * 4),
          Math.max(tip[2] + 6 - rib, -70 + (9 - rib) * 9),
        ];
        paintTube(volume, curve([tip, along(tip, sternum, 0.55), sternum], 4), 5, 105);
      }
    }
  }
  paintPlate(volume, [0, -91, 50], [24, 6, 22], CT_BONE);
  paintPlate(volume, [0, -93, -12], [15, 5.5, 44], CT_BONE);
  paintPlate(volume, [0, -92, -66], [8, 3.5, 16], CT_BONE);
}

/** Shoulder blades, collar bones and arms, above the head or beside the body (a radiograph from behind). */
export function paintArms(volume: Volume, arms: 'up' | 'down'): void {
  const armsDown = arms === 'down';
  for (const side of [-1, 1]) {
    const spread = armsDown ? 14 : 4;
    // shoulder blade, its spine, collar bone
    paintBlade(
      volume,
      [side * (94 + spread), 86, 92],
      [side * (90 + spread), 92, -8],
      34,
      2.6,
      [side * 0.35, 1, 0.1],
      CT_BONE,
    );
    paintTube(
      volume,
      [
        [side * (70 + spread), 98, 60],
        [side * (128 + spread), 74, 96],
      ],
      [3.5, 6],
      560,
    );
    const clavicle = curve(
      [
        [side * 18, -78, 74],
        [side * 62, -74, 92],
        [side * 108, -30, 108],
        [side * (140 + spread), 20, 112],
      ],
      6,
    );
    paintTube(volume, clavicle, 6.2, 720);
    paintTube(volume, clavicle, 3.6, 200);
    const head: Vec3 = [side * (152 + spread), 22, armsDown ? 84 : 128];
    const down: Vec3 = armsDown ? [side * 196, 26, -60] : [side * 165, -10, 240];
    if (armsDown) {
      paintTube(volume, [head, down], [46, 36], FAT);
      paintTube(volume, [head, down], [38, 30], MUSCLE);
    }
    paintTube(volume, [head, down], [13, 11], 780);
    paintTube(volume, [head, down], [8, 6], 120);
    paintEllipsoid(volume, head, [25, 24, 25], (_x, _y, _z, d) => (d > -2 ? 680 : 230));
  }
}
