/** Compact, identifier-free summary of what a study's headers say. Plain JSON, so it can be stored or sent. */

/** Version of {@link StudySummary}. Raised whenever its shape or its making changes, so that stored summaries are known to be old. */
export const SUMMARY_VERSION = 5;

export interface Code {
  value: string;
  scheme: string;
  meaning: string;
}

/** Smallest and largest value seen in a series. */
export interface Range {
  min: number;
  max: number;
}

export interface StudySummary {
  studyInstanceUid: string;
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  description: string;
  /** Requested, scheduled and performed procedure descriptions, most trusted first. */
  orderTexts: { source: string; text: string }[];
  /** Requested Procedure Code Sequence, Procedure Code Sequence and the codes of the request attributes. */
  procedureCodes: Code[];
  series: SeriesSummary[];
}

export interface SeriesSummary {
  seriesInstanceUid: string;
  /** Set where one stored series holds several kinds of images and was divided. */
  part: string | null;
  seriesNumber: number | null;
  modality: string;
  sopClassUids: string[];
  manufacturer: string;
  numberOfInstances: number;
  numberOfFrames: number;
  description: string;
  protocolName: string;
  bodyPartExamined: string;
  anatomicRegions: Code[];
  imageTypes: string[][];
  rgb: boolean;
  derivationCodes: Code[];
  derivationDescription: string;
  /** The earliest of SeriesDate, AcquisitionDate and ContentDate in seconds since 1970; absent where none is recorded. */
  recordedDate?: number;
  geometry: Geometry;
  time: Timing;
  contrast: ContrastAttributes;
  mr: MrAttributes | null;
  ct: CtAttributes | null;
  projection: ProjectionAttributes | null;
  laterality: string[];
}

export interface Geometry {
  /** Distinct normals' plane names of the images with an orientation. */
  normals: { normal: [number, number, number]; images: number }[];
  thicknessMm: Range | null;
  spacingMm: number | null;
  pixelSpacingMm: number | null;
  /** In-plane extent, rows and columns times pixel spacing, in mm. */
  fieldOfViewMm: [number, number] | null;
  distinctPositions: number;
  /** Lowest and highest slice position along the common normal, in mm; null without one. */
  extent: Range | null;
  /** Distinct positions in patient z, for comparing CT ranges. */
  z: Range | null;
  /** Mean image centre in patient x, in mm. */
  centreX: number | null;
  frameOfReferenceUid: string;
}

export interface Timing {
  acquisitionNumbers: number[];
  /** First and last acquisition in seconds; comparable inside one study. */
  acquisition: Range | null;
  /** How often each slice position is repeated, at least 1. */
  repeats: number;
  /** Start of each temporal position in seconds, ascending; one entry where there is a single time point. */
  timePoints: number[];
  temporalPositions: number;
}

export interface ContrastAttributes {
  agents: string[];
  /** Instances that name an agent. */
  imagesWithAgent: number;
  /** Seconds, comparable with Timing. */
  bolusStart: number | null;
  phases: string[];
  administered: string[];
}

export interface MrAttributes {
  scanningSequence: string[];
  sequenceVariant: string[];
  scanOptions: string[];
  acquisitionType: string;
  sequenceName: string;
  pulseSequence: string;
  acquisitionContrast: string;
  tr: Range | null;
  te: Range | null;
  ti: Range | null;
  flip: Range | null;
  echoTrainLength: number | null;
  bValues: number[];
  bValueSource: string;
  /** How enhanced headers name it: spectrally selected suppression (`FAT`, …) and excitation (`EXCITE WATER`). */
  fatSuppression: string;
  timeOfFlight: boolean;
  phaseContrast: boolean;
  velocityEncoding: number | null;
  complexComponents: string[];
  /** Receive coil; a weak hint of the body region. */
  coil: string;
}

export interface CtAttributes {
  scanOptions: string[];
  kernels: string[];
  gating: string[];
}

export interface ProjectionAttributes {
  views: string[];
  viewModifiers: string[];
  /** One entry for each image: presentation intent, view and side kept together. */
  images: { view: string; side: string; presentation: string; spot: boolean }[];
  detectorTypes: string[];
  positions: string[];
  patientOrientations: string[];
}
