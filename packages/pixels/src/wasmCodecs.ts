import { createRequire } from 'node:module';
import { corrupt, PixelError } from './pixelError.ts';

/** Image as the WebAssembly codecs take and give it. */
export interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform: boolean;
}

export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array | Uint8ClampedArray;
  decode(): void;
  /** OpenJPEG takes the quality layer too; 0 for all. */
  decodeSubResolution(level: number, layer: number): void;
  getFrameInfo(): FrameInfo;
  getInterleaveMode(): number;
  delete(): void;
}

export interface WasmEncoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array | Uint8ClampedArray;
  encode(): void;
  delete(): void;
}

export interface JpegLsEncoder extends WasmEncoder {
  setNearLossless(error: number): void;
  setInterleaveMode(mode: number): void;
}

export interface Jpeg2000Encoder extends WasmEncoder {
  setDecompositions(levels: number): void;
  setQuality(lossless: boolean, layersOrStep: number): void;
  setProgressionOrder(order: number): void;
  setCompressionRatio(layer: number, ratio: number): void;
  setTLMMarker(on: boolean): void;
  setTilePartDivisionsAtResolutions(on: boolean): void;
}

interface Modules {
  '@cornerstonejs/codec-charls/wasmjs': {
    JpegLSDecoder: new () => WasmDecoder;
    JpegLSEncoder: new () => JpegLsEncoder;
  };
  '@cornerstonejs/codec-openjpeg/wasmjs': {
    J2KDecoder: new () => WasmDecoder;
    J2KEncoder: new () => Jpeg2000Encoder;
  };
  '@cornerstonejs/codec-openjph/wasmjs': {
    HTJ2KDecoder: new () => WasmDecoder;
    HTJ2KEncoder: new () => Jpeg2000Encoder;
  };
}

type ModuleName = keyof Modules;
type Factory<M> = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<M>;

interface Loaded<M> {
  module: M;
  /** Lines that the library printed, which is how it tells of damage it works around. */
  printed: string[];
}

/** A tile-part count that is wrong, which nothing depends on. */
const HARMLESS = /TPsot==TNsot/;

const require = createRequire(import.meta.url);
const loaded = new Map<ModuleName, Promise<Loaded<unknown>>>();

function load<N extends ModuleName>(name: N): Promise<Loaded<Modules[N]>> {
  let found = loaded.get(name) as Promise<Loaded<Modules[N]>> | undefined;
  if (found === undefined) {
    const printed: string[] = [];
    const print = (line: string): void => {
      if (printed.length < 100) printed.push(line);
    };
    const factory = require(name) as Factory<Modules[N]>;
    found = factory({ print, printErr: print }).then((module) => ({ module, printed }));
    loaded.set(name, found);
  }
  return found;
}

/**
 * Runs one of the WebAssembly codecs. Whatever it throws or warns of makes the frame refused, and the module, whose
 * memory nobody may trust any more, is made anew for the next one.
 *
 * @param use with the module; must free what it makes
 * @throws PixelError CORRUPT, or what `use` throws
 */
export async function withCodec<N extends ModuleName, T>(
  name: N,
  use: (module: Modules[N]) => T,
  refusal: () => PixelError = () => corrupt('the codestream is damaged or cut off', '码流已损坏或不完整'),
): Promise<T> {
  const { module, printed } = await load(name);
  printed.length = 0;
  let result: T;
  try {
    result = use(module);
  } catch (error) {
    loaded.delete(name);
    throw error instanceof PixelError ? error : refusal();
  }
  if (printed.some((line) => /error|warn|fail/i.test(line) && !HARMLESS.test(line))) {
    loaded.delete(name);
    throw refusal();
  }
  return result;
}
