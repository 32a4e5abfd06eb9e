import { randomFrom } from '../random.ts';
import { lungSide } from './chestShape.ts';
import { fractalNoise, valueNoise } from './noise.ts';
import { either, ellipsoid, paintTube } from './shapes.ts';
import { growTree, paintTree, pointsInside, radiusOf } from './vesselTree.ts';
import { boxAround, fill, norm, type Box, type Distance, type Vec3, type Volume } from './volume.ts';

interface Lungs {
  right: Distance;
  left: Distance;
}

export const HILUM: Record<'right' | 'left', Vec3> = { right: [-38, 8, 2], left: [40, 10, 8] };

const RIGHT_BOX: Box = { min: [-142, -92, -140], max: [10, 92, 122] };

const LEFT_BOX: Box = { min: [0, -92, -140], max: [142, 92, 122] };

export function paintLungs(volume: Volume, seed: string, heart: Distance): Lungs {
  const right = lungSide(-1, heart);
  const left = lungSide(1, heart);
  const texture = fractalNoise(`${seed}/lung`, 9, 3);
  const parenchyma = (x: number, y: number, z: number): number => {
    const fissure = Math.min(
      Math.abs(z - (18 - y * 0.95)),
      x < 0 ? Math.max(Math.abs(z - 12 - y * 0.12), (y + 12) * 3) : 99,
    );
    const line = fissure < 0.7 ? 150 : 0;
    return -868 + y * 0.32 + texture(x, y, z) * 42 + line;
  };
  fill(volume, RIGHT_BOX, right, parenchyma);
  fill(volume, LEFT_BOX, left, parenchyma);
  return { right, left };
}

export function paintPulmonaryVessels(volume: Volume, seed: string, blood: number, lungs: Lungs): void {
  for (const side of ['right', 'left'] as const) {
    const lung = lungs[side];
    const box = side === 'right' ? RIGHT_BOX : LEFT_BOX;
    const random = randomFrom(`${seed}/vessels/${side}`);
    const hilum = HILUM[side];
    const shift = (dx: number, dy: number, dz: number): Vec3 => [hilum[0] + dx, hilum[1] + dy, hilum[2] + dz];
    const arteries = growTree(hilum, pointsInside(random, box, lung, 4, 1500), random);
    const upperVein = growTree(shift(0, -10, -4), pointsInside(random, box, lung, 5, 700), random);
    const airways = growTree(
      shift(side === 'right' ? 3 : -2, 6, -2),
      pointsInside(random, box, lung, 12, 90),
      random,
    );
    paintTree(volume, arteries, 0.46, blood, 7.5);
    paintTree(volume, upperVein, 0.44, blood, 6);
    for (const branch of airways) {
      if (branch.ends < 2) continue;
      const radius = radiusOf(branch, 0.75, 5.4);
      paintTube(volume, [branch.from, branch.to], [radius + 1, radius * 0.88 + 0.9], -140);
    }
    for (const branch of airways) {
      if (branch.ends < 2) continue;
      const radius = radiusOf(branch, 0.75, 5.4);
      paintTube(volume, [branch.from, branch.to], [radius, radius * 0.88], -985);
    }
  }
}

export function paintNodule(volume: Volume, centre: Vec3, radius: number): void {
  const random = randomFrom(`nodule/${centre.join('/')}`);
  const rough = valueNoise('nodule', 4);
  const core = either(
    ellipsoid(centre, [radius, radius * 0.85, radius * 0.95]),
    ellipsoid([centre[0] + 2, centre[1] + 2, centre[2] - 2], [radius * 0.7, radius * 0.7, radius * 0.7]),
  );
  fill(
    volume,
    boxAround([centre], radius + 16),
    (x, y, z) => ellipsoid(centre, [radius + 3, radius + 3, radius + 3])(x, y, z) + rough(x, y, z) * 1.5,
    -640,
  );
  for (let spicule = 0; spicule < 16; spicule++) {
    const direction: Vec3 = [random.normal(), random.normal(), random.normal()];
    const length = (radius + random.between(3, 8)) / norm(...direction);
    paintTube(
      volume,
      [
        centre,
        [
          centre[0] + direction[0] * length,
          centre[1] + direction[1] * length,
          centre[2] + direction[2] * length,
        ],
      ],
      [1.4, 0.2],
      -60,
    );
  }
  fill(volume, boxAround([centre], radius + 6), (x, y, z) => core(x, y, z) + rough(x, y, z) * 0.9, 34);
}
