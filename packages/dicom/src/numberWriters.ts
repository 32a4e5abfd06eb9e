import type { Buffer } from 'node:buffer';
import type { Vr } from './attributes.ts';

/** How one value of a VR of fixed size is written, little endian. */
interface NumberWriter {
  size: number;
  /** False where the value is not one of this VR. */
  write: (bytes: Buffer, at: number, value: unknown) => boolean;
}

/** The VRs whose values are numbers in binary, and AT (PS3.5 §6.2, PS3.18 Table F.2.3-1). */
export const numberWriters: Partial<Record<Vr, NumberWriter>> = {
  US: integers(2, 0, 0xffff, (bytes, at, value) => bytes.writeUInt16LE(value, at)),
  SS: integers(2, -0x8000, 0x7fff, (bytes, at, value) => bytes.writeInt16LE(value, at)),
  UL: integers(4, 0, 0xffffffff, (bytes, at, value) => bytes.writeUInt32LE(value, at)),
  SL: integers(4, -0x80000000, 0x7fffffff, (bytes, at, value) => bytes.writeInt32LE(value, at)),
  SV: bigIntegers(-(2n ** 63n), 2n ** 63n - 1n, (bytes, at, value) => bytes.writeBigInt64LE(value, at)),
  UV: bigIntegers(0n, 2n ** 64n - 1n, (bytes, at, value) => bytes.writeBigUInt64LE(value, at)),
  FL: floats(4, (bytes, at, value) => bytes.writeFloatLE(value, at)),
  FD: floats(8, (bytes, at, value) => bytes.writeDoubleLE(value, at)),
  AT: {
    size: 4,
    write: (bytes, at, value) => {
      if (typeof value !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(value)) return false;
      bytes.writeUInt16LE(Number.parseInt(value.slice(0, 4), 16), at);
      bytes.writeUInt16LE(Number.parseInt(value.slice(4), 16), at + 2);
      return true;
    },
  },
};

function integers(
  size: number,
  least: number,
  most: number,
  put: (bytes: Buffer, at: number, value: number) => void,
): NumberWriter {
  return {
    size,
    write: (bytes, at, value) => {
      const number = asNumber(value);
      if (number === null || !Number.isInteger(number) || number < least || number > most) return false;
      put(bytes, at, number);
      return true;
    },
  };
}

function bigIntegers(
  least: bigint,
  most: bigint,
  put: (bytes: Buffer, at: number, value: bigint) => void,
): NumberWriter {
  return {
    size: 8,
    write: (bytes, at, value) => {
      const isInteger =
        typeof value === 'number' ? Number.isInteger(value) : /^[+-]?\d{1,20}$/.test(asString(value));
      if (!isInteger) return false;
      const integer = BigInt(typeof value === 'number' ? value : asString(value).replace('+', ''));
      if (integer < least || integer > most) return false;
      put(bytes, at, integer);
      return true;
    },
  };
}

function floats(size: number, put: (bytes: Buffer, at: number, value: number) => void): NumberWriter {
  return {
    size,
    write: (bytes, at, value) => {
      const special = specialFloats[asString(value)];
      const number = special ?? asNumber(value);
      if (number === null) return false;
      put(bytes, at, number);
      return true;
    },
  };
}

/** What JSON has no numbers for (PS3.18 Table F.2.3-1), in the spellings met. */
const specialFloats: Readonly<Record<string, number>> = {
  NaN: NaN,
  inf: Infinity,
  '-inf': -Infinity,
  Infinity: Infinity,
  '-Infinity': -Infinity,
};

function asString(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
