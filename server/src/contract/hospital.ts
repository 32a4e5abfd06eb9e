import type { Bilingual } from '@hutong/conformance';

export interface HospitalRef {
  code: string;
  name: Bilingual;
}
