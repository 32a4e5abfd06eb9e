import { ellipsoid } from './shapes.ts';
import { norm, type Distance, type Vec3 } from './volume.ts';

const HEAD: Vec3 = [0, 0, 0];

const SKULL: Vec3 = [73, 91, 84];

const egg =
  (margin: number): Distance =>
  (x, y, z) => {
    // narrower in front, higher behind
    const taper = 1 - 0.1 * Math.max(0, -y / 90) ** 2;
    const local = ellipsoid(HEAD, [SKULL[0] + margin, SKULL[1] + margin, SKULL[2] + margin]);
    return local(x / taper, y, z - 3 * Math.min(1, Math.max(-1, y / 90)));
  };

export const cranium = egg(0);

export const inner = egg(-6.5);

export const scalp = egg(6.5);

/** Face and neck below the skull: a soft block that the vault stands on. */
export const face: Distance = (x, y, z) => {
  const narrow = 1 - 0.25 * Math.min(1, Math.max(0, (-z - 40) / 60));
  return Math.max(norm(x / (66 * narrow), (y + 16) / 84) * 66 - 66, z - 0, -(z + 140));
};

/** Floor of the skull: three steps (anterior, middle and posterior fossa) with soft edges, the middle one deeper at the sides. */
export function skullBase(x: number, y: number): number {
  const front = step(-14, -30, y);
  const back = step(12, 34, y);
  const ridge = Math.exp(-(((y - 16 - Math.abs(x) * 0.25) / 9) ** 2)) * 9;
  const middle = -40 - 9 * step(10, 30, Math.abs(x)) + ridge;
  const anterior =
    -24 - Math.max(0, 14 - Math.abs(x)) * 0.5 + Math.max(0, 14 - Math.abs(Math.abs(x) - 30)) * 0.45;
  return middle * (1 - front) * (1 - back) + anterior * front + (-58 + Math.abs(x) * 0.12) * back;
}

function step(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
