import { inner, skullBase } from './headShape.ts';
import { type HeadLesion, type Labels } from './headTissues.ts';
import { fractalNoise, valueNoise } from './noise.ts';
import { capsule, curve, ellipsoid, frame, paintEllipsoid, paintTube, paintTurned, path } from './shapes.ts';
import { boxAround, fill, norm, type Box, type Distance, type Vec3, type Volume } from './volume.ts';

/** Brain with sulci, ventricles, deep nuclei, cerebellum, brainstem, falx, and two lesions on the left. */
export function paintBrain(volume: Volume, seed: string, values: Labels, lesion: HeadLesion): void {
  const folds = valueNoise(`${seed}/gyri`, 15);
  const finer = valueNoise(`${seed}/gyri finer`, 8);
  const bend = valueNoise(`${seed}/bend`, 26);
  const surface: Distance = (x, y, z) => Math.max(inner(x, y, z) + 2.2, skullBase(x, y) + 1 - z);
  const box: Box = { min: [-75, -95, -60], max: [75, 95, 85] };
  const tent = (x: number, y: number): number => -14 - Math.abs(x) * 0.28 - Math.max(0, y - 40) * 0.18;
  // distance to the nearest sulcus: a folded sheet that gets shallower with depth
  const sulcus = (x: number, y: number, z: number): number => {
    const b = bend(x, y, z) * 9;
    const sheet = Math.abs(folds(x + b, y - b, z + b)) * 8.2;
    const small = Math.abs(finer(x, y + b, z)) * 5.5 + 1.5;
    return Math.min(sheet, small);
  };
  // the Sylvian fissure: a thin folded sheet that runs in from the side and ends at the insula
  const insula = (x: number, y: number, z: number): number => {
    const sheet = Math.abs(z + 4 - (y + 4) * 0.3 + bend(x, y, z) * 7);
    const reach = Math.max(0, 36 - Math.abs(x), Math.abs(y + 2) - 26);
    const island =
      Math.abs(Math.abs(x) - 37 + bend(z, x, y) * 3) +
      Math.max(0, Math.abs(y + 2) - 15, Math.abs(z + 2) - 11) * 1.3;
    return Math.min(sheet + reach * 1.4, island) - 0.7;
  };
  fill(
    volume,
    box,
    (x, y, z) => Math.max(inner(x, y, z), skullBase(x, y) - z),
    (x, y, z) => (Math.abs(inner(x, y, z)) < 0.9 ? values.dura : values.csf),
  );
  const cerebrum: Distance = (x, y, z) =>
    Math.max(surface(x, y, z), y > 18 ? tent(x, y) + 2 - z : -100, 1.7 - Math.abs(x));
  fill(volume, box, cerebrum, (x, y, z) => {
    const depth = Math.min(
      -surface(x, y, z),
      Math.abs(x) < 22 ? Math.max(Math.abs(x) - 1.7, 34 - z - 20) : 99,
    );
    const fold = sulcus(x, y, z) + Math.max(0, depth - 13) * 0.9;
    const cleft = insula(x, y, z);
    const open = 0.75 - depth * 0.025;
    if (fold < open || cleft < 0.7) return values.csf;
    if (depth < 2.9 || fold < open + 2.7 || cleft < 3.4) return values.grey;
    return values.white;
  });
  const leaves = (x: number, y: number, z: number): number =>
    Math.sin((z * 0.9 + y * 0.55 + bend(x, y, z) * 3) * 1.25);
  const cerebellum: Distance = (x, y, z) =>
    Math.max(
      ellipsoid([0, 46, -36], [50, 32, 25])(x, y, z),
      z - tent(x, y) + 1.5,
      surface(x, y, z),
      -(norm(x * 1.3, (y - 78) * 0.8) - 5),
    );
  fill(volume, box, cerebellum, (x, y, z, d) =>
    d > -1 && leaves(x, y, z) > 0.6
      ? values.csf
      : d < -11 && Math.abs(x) > 5 && leaves(x, y, z) < 0.5
        ? values.white
        : values.cerebellum,
  );
  paintTube(
    volume,
    curve(path('0 2 0, 0 8 -18, 0 10 -36, 0 16 -54, 0 20 -80'), 5),
    [17, 9],
    values.brainstem,
  );
  paintEllipsoid(volume, [0, 0, -32], [17, 12, 14], values.brainstem);
  paintEllipsoid(volume, [0, 24, -34], [7, 5, 11], values.csf);
  paintDeep(volume, values);
  paintLesion(volume, seed, values, lesion);
  // falx, sinus, tentorium, arteries
  fill(
    volume,
    box,
    (x, y, z) => Math.max(Math.abs(x) - 0.8, inner(x, y, z), 22 - Math.abs(y) * 0.34 - z + (y > 0 ? -14 : 0)),
    values.dura,
  );
  paintTube(
    volume,
    curve(path('0 -70 48, 0 -30 74, 0 30 76, 0 74 44, 0 84 4'), 8),
    [2.2, 4.2],
    values.vessel,
  );
  for (const side of [-1, 1]) {
    paintTube(
      volume,
      curve(
        [
          [0, 84, 0],
          [side * 34, 74, -14],
          [side * 56, 44, -28],
        ],
        6,
      ),
      [4, 3.4],
      values.vessel,
    );
    paintTube(
      volume,
      curve(
        [
          [side * 12, -10, -32],
          [side * 20, -8, -22],
          [side * 38, -6, -12],
          [side * 48, 0, 0],
        ],
        5,
      ),
      [2, 1.1],
      values.vessel,
    );
    paintTube(
      volume,
      curve(
        [
          [side * 12, -10, -30],
          [side * 4, -24, -20],
          [side * 3, -40, 6],
          [side * 3, -20, 30],
        ],
        5,
      ),
      [1.4, 1],
      values.vessel,
    );
  }
  paintTube(volume, path('0 -14 -48, 0 -13 -20'), 1.7, values.vessel);
}

function paintDeep(volume: Volume, values: Labels): void {
  paintEllipsoid(volume, [0, -4, 14], [24, 30, 10], values.white);
  for (const side of [-1, 1]) {
    // nuclei
    paintTurned(
      volume,
      [side * 15, -16, 12],
      frame([side * 0.2, -1, 0.3], [1, 0, 0]),
      [14, 6, 8],
      values.deepGrey,
    );
    paintTurned(
      volume,
      [side * 25, -2, 4],
      frame([side * 0.25, 1, 0], [1, 0, 0]),
      [19, 5.5, 11],
      values.deepGrey,
    );
    paintTurned(
      volume,
      [side * 19, 0, 2],
      frame([side * 0.4, 1, 0], [1, 0, 0]),
      [11, 3.8, 8],
      values.pallidum,
    );
    paintTurned(
      volume,
      [side * 10, 14, 8],
      frame([side * 0.45, 1, 0], [1, 0, 0]),
      [16, 8.5, 9],
      values.deepGrey,
    );
    paintTube(
      volume,
      curve(
        [
          [side * 18, -20, 4],
          [side * 15.5, 0, 6],
          [side * 22, 20, 10],
        ],
        5,
      ),
      2.2,
      values.white,
    );
    // lateral ventricle: frontal horn, body, atrium, temporal horn
    const horn = curve(
      [
        [side * 11, -34, 10],
        [side * 9, -18, 18],
        [side * 9, 2, 24],
        [side * 13, 22, 22],
        [side * 23, 36, 10],
        [side * 28, 26, -8],
        [side * 29, 8, -18],
      ],
      7,
    );
    paintTube(volume, horn, [4.6, 2], values.csf);
    paintTube(
      volume,
      curve(
        [
          [side * 23, 36, 10],
          [side * 18, 52, 8],
        ],
        4,
      ),
      [5, 2.4],
      values.csf,
    );
    paintTube(
      volume,
      [
        [side * 22, 34, 12],
        [side * 24, 32, 8],
      ],
      2,
      values.calcium,
    );
    paintEllipsoid(volume, [side * 26, 8, -22], [5, 15, 5], values.grey);
  }
  paintEllipsoid(volume, [0, 4, 6], [2.4, 16, 9], values.csf);
  paintEllipsoid(volume, [0, 26, 8], [3, 4, 3], values.calcium);
  paintEllipsoid(volume, [0, -10, -24], [13, 10, 5], values.csf);
  paintEllipsoid(volume, [0, 31, -8], [13, 6, 7], values.csf);
}

function paintLesion(volume: Volume, seed: string, values: Labels, lesion: HeadLesion): void {
  const ragged = fractalNoise(`${seed}/lesion`, 9, 2);
  const rough =
    (distance: Distance, amount: number): Distance =>
    (x, y, z) =>
      distance(x, y, z) + ragged(x, y, z) * amount;
  if (lesion === 'infarct')
    fill(
      volume,
      boxAround([[28, 9, 23]], 22),
      rough(capsule([25, 4, 21], [32, 14, 25], 7, 6), 3),
      values.infarct,
    );
  if (lesion === 'mass') {
    const centre: Vec3 = [-34, -26, 28];
    const box = boxAround([centre], 44);
    const oedema = rough(ellipsoid(centre, [27, 31, 24]), 14);
    fill(volume, box, (x, y, z) => Math.max(oedema(x, y, z), inner(x, y, z) + 9), values.oedema);
    fill(volume, box, rough(ellipsoid(centre, [14, 15, 13]), 4), values.massRim);
    fill(volume, box, rough(ellipsoid(centre, [10, 11, 9]), 5), values.mass);
  }
  if (lesion === 'none') return;
  for (const spot of path('-22 -34 24, -28 30 24, 24 -36 30, -24 4 30, 30 34 28')) {
    paintEllipsoid(volume, spot, [2.6, 3.4, 2.4], values.gliosis);
  }
}
