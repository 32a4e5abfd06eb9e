import type { Dataset } from '../part10.ts';

/** Makers with habits of their own in headers. */
export type Vendor = 'Siemens' | 'GE' | 'Philips' | 'United Imaging' | 'Canon';

/** General Equipment and what else a maker writes into every image of a scanner. */
export const EQUIPMENT = {
  siemensCt: {
    Manufacturer: 'SIEMENS',
    ManufacturerModelName: 'SOMATOM Force',
    SoftwareVersions: 'syngo CT VB20A',
    StationName: 'CTAWP73201',
  },
  geCt: {
    Manufacturer: 'GE MEDICAL SYSTEMS',
    ManufacturerModelName: 'Revolution CT',
    SoftwareVersions: 'revo_ct_21b.32',
    StationName: 'CT02OC0',
  },
  philipsCt: {
    Manufacturer: 'Philips',
    ManufacturerModelName: 'Ingenuity CT',
    SoftwareVersions: '4.1',
    StationName: 'HOST-10511',
  },
  uihCt: {
    Manufacturer: 'UIH',
    ManufacturerModelName: 'uCT 760',
    SoftwareVersions: 'R004',
    StationName: 'CT_UIH_01',
  },
  canonCt: {
    Manufacturer: 'CANON_MEC',
    ManufacturerModelName: 'Aquilion ONE',
    SoftwareVersions: 'V8.41SP0003',
    StationName: 'CANON_CT',
  },
  siemensMr: {
    Manufacturer: 'SIEMENS',
    ManufacturerModelName: 'Skyra',
    SoftwareVersions: 'syngo MR E11',
    StationName: 'AWP45337',
    MagneticFieldStrength: 3,
    ImagingFrequency: 123.255,
  },
  geMr: {
    Manufacturer: 'GE MEDICAL SYSTEMS',
    ManufacturerModelName: 'SIGNA Architect',
    SoftwareVersions: ['29', 'LX', 'MR29.1_EA_2039.a'],
    StationName: 'MR3TA',
    MagneticFieldStrength: 3,
    ImagingFrequency: 127.76,
  },
  philipsMr: {
    Manufacturer: 'Philips Medical Systems',
    ManufacturerModelName: 'Ingenia',
    SoftwareVersions: ['5.4.1', '5.4.1.1'],
    StationName: 'PHILIPS-8RG4K2',
    MagneticFieldStrength: 1.5,
    ImagingFrequency: 63.87,
  },
  uihMr: {
    Manufacturer: 'UIH',
    ManufacturerModelName: 'uMR 790',
    SoftwareVersions: 'R002',
    StationName: 'MR_UIH_790',
    MagneticFieldStrength: 3,
    ImagingFrequency: 128.23,
  },
  canonMr: {
    Manufacturer: 'CANON_MEC',
    ManufacturerModelName: 'MRT-3020',
    SoftwareVersions: 'V6.0',
    StationName: 'CANON_MR',
    MagneticFieldStrength: 3,
    ImagingFrequency: 123.2,
  },
  philipsDx: {
    Manufacturer: 'Philips Medical Systems',
    ManufacturerModelName: 'DigitalDiagnost',
    SoftwareVersions: ['4.2.1', 'PMS81.101.1.1 GXR GXRIM10.0'],
    StationName: 'DX-ROOM1',
  },
  hologicMg: {
    Manufacturer: 'HOLOGIC, Inc.',
    ManufacturerModelName: 'Selenia Dimensions',
    SoftwareVersions: ['AWS:1.10.0.1041', 'PXCM:1.10.0.7'],
    StationName: 'MG-ROOM3',
  },
} satisfies Record<string, Dataset>;

/** Where each maker says the b-value of an image (s/mm²): a private attribute, its creator, or the public one. */
export function bValueAttributes(vendor: Vendor, bValue: number): Dataset {
  switch (vendor) {
    case 'Siemens':
      return {
        '00190010': { vr: 'LO', value: ['SIEMENS MR HEADER'] },
        '0019100C': { vr: 'IS', value: [bValue] },
        '0019100D': { vr: 'CS', value: [bValue === 0 ? 'NONE' : 'ISOTROPIC'] },
      };
    case 'GE':
      return {
        '00430010': { vr: 'LO', value: ['GEMS_PARM_01'] },
        // GE adds a flag of 10⁹ to the b-value on newer systems
        '00431039': { vr: 'IS', value: [bValue === 0 ? 0 : 1_000_000_000 + bValue, 8, 0, 0] },
      };
    case 'Philips':
      return {
        '20010010': { vr: 'LO', value: ['Philips Imaging DD 001'] },
        '20011003': { vr: 'FL', value: [bValue] },
        DiffusionBValue: bValue,
      };
    case 'United Imaging':
      return {
        '00650010': { vr: 'LO', value: ['Image Private Header'] },
        // UIH never writes zero
        '00651009': { vr: 'FD', value: [bValue === 0 ? 1.25 : bValue] },
      };
    case 'Canon':
      return { DiffusionBValue: bValue, ImageComments: `b=${bValue}(0,0,0)` };
  }
}
