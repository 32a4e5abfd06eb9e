import type { DicomJson } from '@hutong/dicom';
import { inlineBytes, number, numbers, sequence, string, strings } from './read.ts';

/** Diffusion b-values above this are garbage (s/mm²). */
const HIGHEST_B = 5000;

interface PrivateSource {
  name: string;
  group: string;
  element: string;
  creator: string;
  binary: 'text' | 'float32' | 'float64';
  decode: (value: number) => number;
}

const same = (value: number): number => value;

const SOURCES: readonly PrivateSource[] = [
  {
    name: 'GE (0043,xx39)',
    group: '0043',
    element: '39',
    creator: 'GEMS_PARM_01',
    binary: 'text',
    decode: (value) => value % 100_000,
  },
  {
    name: 'Philips (2001,xx03)',
    group: '2001',
    element: '03',
    creator: 'Philips Imaging DD 001',
    binary: 'float32',
    decode: same,
  },
  {
    name: 'Siemens (0019,xx0C)',
    group: '0019',
    element: '0C',
    creator: 'SIEMENS MR HEADER',
    binary: 'text',
    decode: same,
  },
  {
    name: 'UIH (0065,xx09)',
    group: '0065',
    element: '09',
    creator: 'Image Private Header',
    binary: 'float64',
    decode: same,
  },
];

/** Block number (PS3.5 §7.8.1) that a private creator reserved in a group, as two hex digits, or null. */
function blockOf(dataset: DicomJson, group: string, creator: string): string | null {
  for (let block = 0x10; block <= 0x1f; block += 1) {
    const hex = block.toString(16).toUpperCase();
    const value = dataset[`${group}00${hex}`]?.Value?.[0];
    if (typeof value === 'string' && value.trim().toUpperCase() === creator.toUpperCase()) return hex;
  }
  return null;
}

function firstNumber(dataset: DicomJson, tag: string, binary: PrivateSource['binary']): number | null {
  const direct = numbers(dataset, tag)[0];
  if (direct !== undefined) return direct;
  const bytes = inlineBytes(dataset, tag);
  if (bytes === null || bytes.length === 0) return null;
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    const parsed = Number.parseFloat(String.fromCharCode(...bytes).split('\\')[0] ?? '');
    return Number.isFinite(parsed) ? parsed : null;
  }
  const view = new DataView(bytes.buffer);
  if (binary === 'float32' && bytes.length === 4) return view.getFloat32(0, true);
  if (binary === 'float64' && bytes.length === 8) return view.getFloat64(0, true);
  return null;
}

function plausible(value: number | null): value is number {
  return value !== null && value >= 0 && value <= HIGHEST_B;
}

/** A b-value and the attribute that holds it. */
export interface DiffusionB {
  value: number;
  source: string;
}

/** The standard's own b-value, or null where it is absent or not plausible. */
export function standardB(value: number | null): DiffusionB | null {
  return plausible(value) ? { value, source: 'DiffusionBValue' } : null;
}

/**
 * Diffusion b-value of one instance in s/mm² in the vendors' private attributes, read only under their own
 * private creator. Null where none is present or plausible.
 */
export function privateB(dataset: DicomJson): DiffusionB | null {
  for (const source of SOURCES) {
    const block = blockOf(dataset, source.group, source.creator);
    if (block === null) continue;
    const raw = firstNumber(dataset, `${source.group}${block}${source.element}`, source.binary);
    if (raw === null) continue;
    const value = source.decode(raw);
    if (plausible(value)) return { value, source: source.name };
  }
  const commented = commentedB(dataset);
  return plausible(commented) ? { value: commented, source: 'ImageComments' } : null;
}

/** b-value that Canon and Toshiba write into ImageComments, `b=1500(x,y,z)`; nothing else of the comment is read. */
function commentedB(dataset: DicomJson): number | null {
  if (!/canon|toshiba/i.test(string(dataset, '00080070'))) return null;
  const match = /^\s*b\s*=\s*(\d{1,5}(?:\.\d+)?)\s*(?:\(|$)/i.exec(string(dataset, '00204000'));
  return match === null ? null : Number(match[1]);
}

/** Tiled images hold at most this many slices. */
const MOST_TILES = 512;

/** Number of slices tiled in one image: Siemens MOSAIC and UIH VFRAME, read under their private creators; else 1. */
export function tilesOf(dataset: DicomJson): number {
  const types = strings(dataset, '00080008').map((token) => token.toUpperCase());
  const read = (group: string, element: string, creator: string): number => {
    const block = blockOf(dataset, group, creator);
    const count = block === null ? null : number(dataset, `${group}${block}${element}`);
    return count !== null && Number.isInteger(count) && count > 1 && count <= MOST_TILES ? count : 1;
  };
  if (types.includes('MOSAIC')) return read('0019', '0A', 'SIEMENS MR HEADER');
  if (types.includes('VFRAME')) return read('0065', '50', 'Image Private Header');
  return 1;
}

/** Slice positions of the tiles of a UIH VFRAME, which has none of its own; empty for every other image. */
export function tilePositions(dataset: DicomJson): number[][] {
  const block = blockOf(dataset, '0065', 'Image Private Header');
  if (block === null || !strings(dataset, '00080008').some((token) => token.toUpperCase() === 'VFRAME'))
    return [];
  return sequence(dataset, `0065${block}51`)
    .slice(0, MOST_TILES)
    .map((tile) => numbers(tile, '00200032'))
    .filter((position) => position.length === 3);
}

/** Pulse sequence name that GE keeps in a private attribute instead of SequenceName, without its folder. */
export function privateSequenceName(dataset: DicomJson): string {
  const block = blockOf(dataset, '0019', 'GEMS_ACQU_01');
  return block === null ? '' : (string(dataset, `0019${block}9C`).split('/').at(-1) ?? '');
}
