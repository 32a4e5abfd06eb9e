import { randomFrom } from '../random.ts';
import { fractalNoise, valueNoise } from './noise.ts';
import {
  add,
  both,
  curve,
  ellipsoid,
  frame,
  paintEllipsoid,
  paintTube,
  paintTurned,
  turnedEllipsoid,
  without,
  grown,
} from './shapes.ts';
import { paintSpine } from './spine.ts';
import { growTree, paintTree, pointsInside } from './vesselTree.ts';
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

export type AbdomenPhase = 'native' | 'arterial' | 'portal' | 'delayed';

/** What the belly is made of; the place in the list is the label in the volume. */
export const ABDOMEN_TISSUES = [
  'air',
  'skin',
  'fat',
  'muscle',
  'table',
  'bone',
  'marrow',
  'disc',
  'cord',
  'canal',
  'aorta',
  'vesselWall',
  'cava',
  'portal',
  'hepaticVein',
  'hepaticArtery',
  'liver',
  'tumour',
  'tumourRim',
  'cyst',
  'gall',
  'spleen',
  'spleenBright',
  'pancreas',
  'duct',
  'cortex',
  'medulla',
  'pelvis',
  'bowelWall',
  'bowelFluid',
  'gas',
  'stool',
  'calcium',
] as const;
export type AbdomenTissue = (typeof ABDOMEN_TISSUES)[number];
type Labels = Record<AbdomenTissue, number>;
const LABELS = Object.fromEntries(ABDOMEN_TISSUES.map((tissue, label) => [tissue, label])) as Labels;

const SAME_IN_ALL = {
  air: -1000,
  skin: 15,
  fat: -104,
  table: -160,
  bone: 640,
  marrow: 200,
  disc: 85,
  cord: 38,
  canal: 14,
  cyst: 6,
  gall: 9,
  duct: 10,
  bowelFluid: 20,
  gas: -940,
  stool: -40,
  calcium: 750,
  vesselWall: 55,
};

/** CT values in HU of each contrast phase. */
export const ABDOMEN_PHASES: Record<AbdomenPhase, Labels> = {
  native: {
    ...SAME_IN_ALL,
    aorta: 42,
    cava: 40,
    portal: 42,
    hepaticVein: 43,
    hepaticArtery: 46,
    liver: 58,
    tumour: 42,
    tumourRim: 46,
    spleen: 48,
    spleenBright: 48,
    pancreas: 40,
    cortex: 34,
    medulla: 31,
    pelvis: 4,
    muscle: 52,
    bowelWall: 38,
  },
  arterial: {
    ...SAME_IN_ALL,
    aorta: 330,
    cava: 90,
    portal: 110,
    hepaticVein: 62,
    hepaticArtery: 190,
    liver: 68,
    tumour: 118,
    tumourRim: 96,
    spleen: 105,
    spleenBright: 165,
    pancreas: 105,
    cortex: 190,
    medulla: 70,
    pelvis: 4,
    muscle: 58,
    bowelWall: 85,
  },
  portal: {
    ...SAME_IN_ALL,
    aorta: 170,
    cava: 150,
    portal: 185,
    hepaticVein: 178,
    hepaticArtery: 120,
    liver: 116,
    tumour: 88,
    tumourRim: 112,
    spleen: 122,
    spleenBright: 122,
    pancreas: 92,
    cortex: 180,
    medulla: 165,
    pelvis: 10,
    muscle: 64,
    bowelWall: 80,
  },
  delayed: {
    ...SAME_IN_ALL,
    aorta: 115,
    cava: 112,
    portal: 112,
    hepaticVein: 112,
    hepaticArtery: 94,
    liver: 92,
    tumour: 70,
    tumourRim: 112,
    spleen: 96,
    spleenBright: 96,
    pancreas: 74,
    cortex: 135,
    medulla: 140,
    pelvis: 620,
    muscle: 62,
    bowelWall: 66,
  },
};

const spineCurve = (z: number): number => 40 - 0.0006 * (z + 30) ** 2;

const trunk: Distance = (x, y, z) => {
  const t = Math.max(0, (20 - z) / 140);
  const halfWidth = 166 - 12 * Math.sin(Math.min(1, t) * Math.PI);
  const halfDepth = 112 - 3 * t;
  const flat = y > 0 ? 0.96 : 1;
  const ax = (x / halfWidth) ** 2;
  const ay = (y / (halfDepth * flat)) ** 2;
  const f = Math.sqrt(ax + ay - 0.3 * Math.min(1, ax) * Math.min(1, ay));
  return (f - 1) * Math.min(halfDepth, norm(x, y) / Math.max(f, 0.2));
};

/** Inside of the abdominal wall. */
const peritoneum: Distance = (x, y) => {
  const ax = (x / 131) ** 2;
  const ay = ((y + 8) / (y > -8 ? 84 : 82)) ** 2;
  const f = Math.sqrt(ax + ay - 0.32 * Math.min(1, ax) * Math.min(1, ay));
  return (f - 1) * Math.min(83, norm(x, y + 8) / Math.max(f, 0.2));
};

const rough = valueNoise('liver surface', 38);
const gallbladder = frame([0.25, -0.75, -0.6], [1, 0, 0]);

const liver: Distance = (x, y, z) => {
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

const spleen: Distance = (x, y, z) =>
  Math.max(
    ellipsoid([92, 32, 42], [40, 52, 52])(x, y, z),
    -ellipsoid([66, 14, 36], [34, 50, 62])(x, y, z),
    peritoneum(x, y, z) + 4,
  ) +
  rough(x, y, z) * 1.5;

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
  paintTube(
    volume,
    curve(
      [
        [-12, 24, 70],
        [-15, 22, 20],
        [-12, 24, -30],
      ],
      4,
    ),
    [4.5, 4],
    values.muscle,
  );
  paintTube(
    volume,
    curve(
      [
        [16, 28, 70],
        [15, 26, 20],
        [12, 26, -20],
      ],
      4,
    ),
    [4, 3],
    values.muscle,
  );
}

function paintKidneys(volume: Volume, values: Labels): void {
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

function paintSolidOrgans(volume: Volume, seed: string, values: Labels): void {
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
  paintTube(
    volume,
    curve(
      [
        [-24, 0, 8],
        [-22, 8, -14],
        [-26, 10, -34],
      ],
      4,
    ),
    3.2,
    values.duct,
  );
  const lobulated = valueNoise('pancreas lobules', 6);
  const pancreas = curve(
    [
      [-30, 0, -34],
      [-24, -8, -22],
      [-4, -18, -6],
      [20, -16, 4],
      [46, 2, 12],
      [66, 18, 22],
    ],
    6,
  );
  paintTube(volume, pancreas, [13, 8], (x, y, z) =>
    lobulated(x, y, z) > 0.42 ? values.fat : values.pancreas,
  );
  paintTube(volume, pancreas, 1.1, values.duct);
  const stomach = curve(
    [
      [56, 10, 84],
      [58, -26, 56],
      [44, -50, 24],
      [14, -62, -4],
      [-14, -48, -10],
    ],
    7,
  );
  paintTube(volume, stomach, [30, 15], values.bowelWall);
  paintTube(volume, stomach, [25, 10.5], (x, y) => (y < -44 + x * 0.05 ? values.gas : values.bowelFluid));
}

function paintGreatVessels(volume: Volume, values: Labels): void {
  const aorta = curve(
    [
      [12, 30, 130],
      [12, 22, 60],
      [10, 16, 0],
      [8, 12, -60],
      [6, 8, -140],
    ],
    6,
  );
  paintTube(volume, aorta, [12.6, 9.6], values.vesselWall);
  paintTube(volume, aorta, [11.4, 8.6], values.aorta);
  paintTube(
    volume,
    [
      [20, 12, -50],
      [19, 9, -58],
      [16, 2, -66],
    ],
    1.2,
    values.calcium,
  );
  paintTube(
    volume,
    curve(
      [
        [-22, 10, 130],
        [-24, 14, 60],
        [-22, 12, 0],
        [-20, 14, -60],
        [-18, 16, -140],
      ],
      6,
    ),
    [13, 10.5],
    values.cava,
  );
  paintTube(
    volume,
    curve(
      [
        [11, 18, 30],
        [10, 2, 30],
        [-6, -4, 28],
        [-24, -4, 18],
      ],
      5,
    ),
    [3.6, 2.6],
    values.aorta,
  );
  paintTube(
    volume,
    curve(
      [
        [10, 2, 30],
        [34, 6, 26],
        [70, 20, 34],
      ],
      5,
    ),
    [2.8, 2.2],
    values.aorta,
  );
  paintTube(
    volume,
    curve(
      [
        [10, 14, 12],
        [9, -2, 0],
        [8, -8, -40],
        [4, -12, -120],
      ],
      5,
    ),
    [3.8, 2.6],
    values.aorta,
  );
  paintTube(
    volume,
    curve(
      [
        [-26, 0, 10],
        [-12, -6, -4],
        [-4, -10, -30],
        [-4, -14, -120],
      ],
      5,
    ),
    [7.4, 5],
    values.portal,
  );
  paintTube(
    volume,
    curve(
      [
        [-12, -6, -4],
        [20, -6, 6],
        [48, 12, 18],
        [72, 20, 32],
      ],
      5,
    ),
    [5.4, 4],
    values.portal,
  );
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
    [
      [-104, 6, -170],
      [-106, 8, -110],
      [-98, -4, -66],
      [-86, -30, -52],
    ],
    [
      [-86, -30, -52],
      [-40, -68, -56],
      [10, -74, -50],
      [60, -66, -30],
      [98, -30, -4],
    ],
    [
      [98, -30, -4],
      [112, 8, -20],
      [110, 20, -90],
      [106, 20, -170],
    ],
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
