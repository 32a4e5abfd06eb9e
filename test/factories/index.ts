export { part10, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from './part10.ts';
export type { Dataset, DatasetValue, ExplicitElement, Part10Options } from './part10.ts';
export { SOP_CLASS, aCtStudy, anInstance, toInstance } from './instance.ts';
export type { FactoryInstance, FactoryStudy, SmallStudyOptions } from './instance.ts';
export * from './broken.ts';
export { randomFrom, uidFrom, type Random } from './random.ts';
export { encodeGb18030 } from './gb18030.ts';
export {
  demoStudies,
  DEMO_BASE_DATE,
  DEMO_HOSPITALS,
  DEMO_PATIENTS,
  type DemoPatient,
  type DemoStudy,
  type Expected,
} from './demo/index.ts';
export {
  instancesOf,
  sopInstanceUids,
  imageDataset,
  imageHeaders,
  type ImageContent,
  type SeriesSpec,
  type StudySpec,
} from './study/study.ts';
export { stack, imagePlane, AXIAL, CORONAL, SAGITTAL, type StackOptions } from './study/geometry.ts';
export { clock, type Clock } from './study/clock.ts';
export { EQUIPMENT, bValueAttributes, type Vendor } from './study/vendors.ts';
