import { randomFrom } from '../random.ts';
import { heartShape, paintHeart, PLAIN_HEART, type HeartValues } from './heart.ts';
import { fractalNoise, valueNoise } from './noise.ts';
import { along, curve, ellipsoid, either, grown, paintEllipsoid, paintTube } from './shapes.ts';
import { CT_BONE, paintBlade, paintPlate, paintSpine } from './spine.ts';
import { growTree, paintTree, pointsInside, radiusOf } from './vesselTree.ts';
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
const FAT = -102;
const MUSCLE = 52;

const spineCurve = (z: number): number => 58 + 0.00042 * (z + 10) ** 2 * (z > -10 ? -0.6 : -0.35);

/** Outline of the trunk: distance of the skin. */
const trunk: Distance = (x, y, z) => {
  const neck = smooth(128, 172, z);
  const shoulders = smooth(40, 120, z);
  const waist = smooth(-60, -170, z);
  const halfWidth = (168 + shoulders * 22 - waist * 14) * (1 - neck) + 62 * neck;
  const halfDepth = (109 - shoulders * 16 - waist * 2) * (1 - neck) + 62 * neck;
  const dy = y + 1 + 8 * neck;
  return roundedOval(x, dy, halfWidth, halfDepth);
};

/** Distance to an oval that is a little fuller than an ellipse. */
function roundedOval(x: number, y: number, halfWidth: number, halfDepth: number): number {
  const ax = (x / halfWidth) ** 2;
  const ay = (y / halfDepth) ** 2;
  const f = Math.sqrt(ax + ay - 0.32 * Math.min(1, ax) * Math.min(1, ay));
  return (f - 1) * Math.min(halfDepth, norm(x, y) / Math.max(f, 0.2));
}

function smooth(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** Half axes of the thoracic cage at a height. */
function cage(z: number): readonly [number, number] {
  if (z === lastCage.z) return lastCage.axes;
  lastCage = { z, axes: cageAt(z) };
  return lastCage.axes;
}

let lastCage: { z: number; axes: readonly [number, number] } = { z: NaN, axes: [0, 0] };

function cageAt(z: number): readonly [number, number] {
  const t = Math.max(0, (z - 5) / 112);
  const dome = t >= 1 ? 0 : (1 - t ** 2.5) ** (1 / 2);
  const flare = smooth(0, -130, z) * 6;
  return [(134 + flare) * dome, (86 + flare * 0.5) * (0.25 + 0.75 * dome)];
}

const cavity: Distance = (x, y, z) => {
  const [a, b] = cage(z);
  if (a < 4) return 20;
  return roundedOval(x, y, a, b);
};

/** Height of the diaphragm: two domes, the right one higher, deep sulci behind. */
function diaphragm(x: number, y: number): number {
  const right = 62 * Math.exp(-(((x + 66) / 62) ** 2) - ((y + 12) / 62) ** 2);
  const left = 50 * Math.exp(-(((x - 70) / 58) ** 2) - ((y + 8) / 60) ** 2);
  return -128 + right + left - 0.14 * y;
}

function lungSide(side: -1 | 1, heart: Distance): Distance {
  const ripple = valueNoise('lung surface', 22);
  const bulge = valueNoise(`mediastinum ${side}`, 34);
  return (x, y, z) => {
    const wall = cavity(x, y, z) + 3.5;
    if (wall > 3) return wall;
    const front = smooth(-15, -62, y);
    const behind = smooth(20, 50, y);
    const high = smooth(40, 100, z);
    const halfWidth = 25 - 17 * front * (1 - high * 0.5) + behind * (side < 0 ? -5 : 4) + high * 4;
    const middle = 3;
    const medial = halfWidth + bulge(x * 0.3, y, z) * 7 - (x - middle) * side;
    const spine = 24 - norm(x, (y - spineCurve(z)) * 0.95);
    const floor = diaphragm(x, y) - z;
    const d = Math.max(wall, medial, -heart(x, y, z), spine, floor * 0.8);
    return d + ripple(x, y, z) * 0.8;
  };
}

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
  const lungs = paintLungs(volume, options, shape.outline);
  paintMediastinum(volume, shape, heartValues, options.pulmonaryBlood ?? 40);
  paintPulmonaryVessels(volume, options, lungs);
  const nodule = options.nodule === undefined ? NODULE : options.nodule;
  if (nodule !== null) paintNodule(volume, nodule.centre, nodule.radius);
  return volume;
}

const belowDiaphragm: Distance = (x, y, z) =>
  z > -40 ? 20 : Math.max(cavity(x, y, z) + 5, z - diaphragm(x, y) + 3);

function paintTable(volume: Volume, box: Box): void {
  const shell =
    (radius: number, thickness: number): Distance =>
    (x, y) =>
      Math.max(Math.abs(norm(x, y + 300 - 114) - radius) - thickness / 2, Math.abs(x) - 200, 118 - y - 8);
  const reach: Box = { min: [-205, 60, box.min[2]], max: [205, 160, box.max[2]] };
  fill(volume, reach, shell(300, 14), -960);
  fill(volume, reach, shell(306, 1.6), -180);
  fill(volume, reach, shell(293, 1.6), -180);
}

function paintUpperAbdomen(volume: Volume): void {
  // stomach bubble with its wall and fluid level, spleen
  paintEllipsoid(volume, [62, -18, -118], [38, 34, 30], (_x, y, _z, d) =>
    d > -4 ? 45 : y < -22 ? -990 : 18,
  );
  paintEllipsoid(volume, [104, 36, -118], [24, 36, 42], 50);
}

function paintRibs(volume: Volume): void {
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

interface Lungs {
  right: Distance;
  left: Distance;
}

const HILUM: Record<'right' | 'left', Vec3> = { right: [-38, 8, 2], left: [40, 10, 8] };
const RIGHT_BOX: Box = { min: [-142, -92, -140], max: [10, 92, 122] };
const LEFT_BOX: Box = { min: [0, -92, -140], max: [142, 92, 122] };

function paintLungs(volume: Volume, options: ChestOptions, heart: Distance): Lungs {
  const right = lungSide(-1, heart);
  const left = lungSide(1, heart);
  const texture = fractalNoise(`${options.seed}/lung`, 9, 3);
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

function paintMediastinum(
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
    curve(
      [
        [-26, -22, 80],
        [-27, -14, 40],
        [-28, -8, 10],
        [-26, -6, -10],
      ],
      5,
    ),
    9.5,
    heart.rightBlood === 40 ? 42 : 560,
  );
  paintTube(
    volume,
    [
      [-9, 48, -150],
      [-9, 48, 30],
    ],
    3.2,
    42,
  );
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
    [
      [-4, -14, 42],
      [-22, -8, 112],
    ],
    [
      [8, 0, 48],
      [14, 2, 118],
    ],
    [
      [18, 12, 46],
      [30, 14, 112],
    ],
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
  const trachea = curve(
    [
      [0, 4, 175],
      [0, 10, 110],
      [0, 16, 60],
      [-1, 20, 26],
    ],
    6,
  );
  const mainBronchi = [
    curve(
      [
        [-1, 20, 26],
        [-18, 18, 12],
        [-34, 14, 2],
      ],
      5,
    ),
    curve(
      [
        [-1, 20, 26],
        [18, 20, 14],
        [40, 16, 4],
      ],
      5,
    ),
  ];
  paintTube(volume, trachea, 10.4, 30);
  for (const bronchus of mainBronchi) paintTube(volume, bronchus, [8.6, 7], 20);
  paintTube(volume, trachea, 8.8, -1000);
  for (const bronchus of mainBronchi) paintTube(volume, bronchus, [7.2, 5.6], -1000);
  const gullet = curve(
    [
      [4, 32, 150],
      [6, 38, 60],
      [8, 34, -20],
      [14, 26, -80],
      [30, 10, -112],
    ],
    6,
  );
  paintTube(volume, gullet, 6.5, 38);
  paintTube(volume, gullet, 1.6, -500);
  for (const node of [
    [-18, 6, 28],
    [-16, -18, 36],
    [12, -34, 34],
    [-2, 24, 2],
    [24, 4, 34],
  ] as Vec3[]) {
    paintEllipsoid(volume, node, [4, 2.8, 4.5], 38);
  }
}

function paintPulmonaryVessels(volume: Volume, options: ChestOptions, lungs: Lungs): void {
  const blood = (options.pulmonaryBlood ?? 40) + 5;
  for (const side of ['right', 'left'] as const) {
    const lung = lungs[side];
    const box = side === 'right' ? RIGHT_BOX : LEFT_BOX;
    const random = randomFrom(`${options.seed}/vessels/${side}`);
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

function paintNodule(volume: Volume, centre: Vec3, radius: number): void {
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
