export { part10, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from './part10.ts';
export type { Dataset, DatasetValue, ExplicitElement, Part10Options } from './part10.ts';
export { SOP_CLASS, aCtStudy, anInstance, toInstance } from './instance.ts';
export type { FactoryInstance, FactoryStudy, SmallStudyOptions } from './instance.ts';
export * from './broken.ts';
export { randomFrom, uidFrom, type Random } from './random.ts';
export { encodeGb18030 } from './gb18030.ts';
