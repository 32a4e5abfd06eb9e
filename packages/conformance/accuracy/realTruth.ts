/**
 * What the public sample files are, found without the engine: from the folder documentation of their sources
 * (`documentation`), from the name that the technologist gave (`name`), or by a person who read timing, image
 * type and orientation (`timing`). Where none of these tells, the file is not in this table.
 */
export interface RealTruth {
  /** Beginning of the path below the sample folder; all files below it with this modality are meant. */
  path: string;
  /** Series description where one folder holds several series. */
  description?: string;
  weighting?: string;
  plane?: string;
  contrast?: string;
  /** `derived` of the series facts: SCOUT, SCREEN, MPR, … */
  derived?: string;
  view?: string;
  how: 'documentation' | 'name' | 'timing';
}

export const REAL_TRUTH: readonly RealTruth[] = [
  { path: 'canon_dti/', weighting: 'DWI', plane: 'axial', how: 'documentation' },
  { path: 'canon_dti_sag/', weighting: 'DWI', plane: 'sagittal', how: 'documentation' },
  { path: 'ct_philips_head/In/Philips/S21570/S2010', plane: 'axial', how: 'documentation' },
  { path: 'ct_philips_head/In/Philips/S21570/S1000', derived: 'SCOUT', how: 'documentation' },
  { path: 'ct_philips_head/In/Philips/S21570/S4010', derived: 'SCREEN', how: 'documentation' },
  { path: 'ct_philips_head_1mm/', plane: 'axial', how: 'documentation' },
  { path: 'ct_philips_head_bone/', plane: 'axial', how: 'documentation' },
  { path: 'deid-data/', description: 'BRAIN SEQ  4.8  H31s', plane: 'axial', how: 'name' },
  { path: 'dicom2nifti/ge/anatomical/', weighting: 'T1', how: 'timing' },
  { path: 'dicom2nifti/generic/compressed', weighting: 'FLAIR', how: 'timing' },
  { path: 'dicom2nifti/hyperfine/', weighting: 'FLAIR', how: 'timing' },
  { path: 'dicom2nifti/philips/anatomical/001', weighting: 'FLAIR', how: 'timing' },
  { path: 'dicom2nifti/philips/anatomical/002', weighting: 'SWI', how: 'documentation' },
  { path: 'dicom2nifti/philips_enhanced/anatomical/', weighting: 'T1', how: 'timing' },
  { path: 'dicom2nifti/philips_enhanced/dti/', weighting: 'DWI', how: 'documentation' },
  { path: 'dicom2nifti/siemens/dti_classic/', weighting: 'DWI', how: 'documentation' },
  { path: 'fo-dicom/', description: 'Survey_MST', weighting: 'LOCALIZER', how: 'name' },
  { path: 'fo-dicom/', description: 't2_tse_tra_msma_5 STK', weighting: 'T2', plane: 'axial', how: 'name' },
  { path: 'fo-dicom/', description: 'Surview', derived: 'SCOUT', how: 'name' },
  { path: 'fo-dicom/', description: 'Rapport dose.', derived: 'SCREEN', how: 'name' },
  { path: 'fo-dicom/', description: 'Breath holdSURVEY/SBC$1', weighting: 'LOCALIZER', how: 'name' },
  { path: 'ge_localizer/', weighting: 'LOCALIZER', how: 'documentation' },
  { path: 'ge_nih_fmri/', weighting: 'OTHER', plane: 'axial', how: 'documentation' },
  { path: 'heudiconv/', description: 'anat-scout_ses-localizer', weighting: 'LOCALIZER', how: 'name' },
  {
    path: 'heudiconv/',
    description: 'anat-scout_ses-01_MPR_cor',
    weighting: 'LOCALIZER',
    plane: 'coronal',
    how: 'name',
  },
  { path: 'heudiconv/', description: 'AAHead_Scout_32ch-head-coil', weighting: 'LOCALIZER', how: 'name' },
  { path: 'heudiconv/', description: 'AAHead_Scout', weighting: 'LOCALIZER', how: 'name' },
  { path: 'heudiconv/', description: 'ax_asc_35sl', weighting: 'OTHER', plane: 'axial', how: 'name' },
  { path: 'heudiconv/', description: 'BOLD MOSAIC 64 resting', weighting: 'OTHER', how: 'name' },
  { path: 'nema_multiframe/', description: '* SAG LOC', weighting: 'LOCALIZER', how: 'name' },
  { path: 'nema_multiframe/', description: '* FLAIR AXIAL', weighting: 'FLAIR', plane: 'axial', how: 'name' },
  { path: 'nema_multiframe/', description: '* T2 FSE AXIAL', weighting: 'T2', plane: 'axial', how: 'name' },
  { path: 'philips_asl/In/Classic/201_pCASL', weighting: 'PERF', plane: 'axial', how: 'documentation' },
  { path: 'philips_asl/In/Classic/401_3D', weighting: 'PERF', plane: 'axial', how: 'documentation' },
  { path: 'philips_dti/', weighting: 'DWI', plane: 'axial', how: 'documentation' },
  { path: 'philips_fmri/', weighting: 'OTHER', how: 'documentation' },
  { path: 'pydicom/charset_files/chr', description: 'Chest PA PA', view: 'PA', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/77654033/CR1', view: 'LL', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/77654033/CT2', plane: 'axial', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/98892001/CT2N', derived: 'SCOUT', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/98892001/CT5N', plane: 'axial', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/98892003/MR1', weighting: 'LOCALIZER', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/98892003/MR2', weighting: 'LOCALIZER', how: 'name' },
  { path: 'pydicom/test_files/dicomdirtests/98892003/MR700', weighting: 'TOF', derived: 'MIP', how: 'name' },
  {
    path: 'pydicom/test_files/examples_overlay.dcm',
    weighting: 'T1',
    contrast: 'post',
    derived: 'MPR',
    how: 'name',
  },
  { path: 'siemens_compressed/', weighting: 'OTHER', plane: 'axial', how: 'documentation' },
  { path: 'siemens_orient_epi/In/Orientation/ax/', weighting: 'OTHER', plane: 'axial', how: 'documentation' },
  {
    path: 'siemens_orient_epi/In/Orientation/cor/',
    weighting: 'OTHER',
    plane: 'coronal',
    how: 'documentation',
  },
  {
    path: 'siemens_orient_epi/In/Orientation/sag/',
    weighting: 'OTHER',
    plane: 'sagittal',
    how: 'documentation',
  },
  { path: 'siemens_t1_sag/', weighting: 'T1', plane: 'sagittal', how: 'documentation' },
  { path: 'siemens_vidanih/', weighting: 'OTHER', plane: 'axial', how: 'documentation' },
  { path: 'siemens_xa10_enh/', weighting: 'OTHER', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/10_', weighting: 'DWI', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/11_', weighting: 'ADC', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/12_', weighting: 'DWI', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/14_', weighting: 'MAP', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/25_', weighting: 'PERF', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/5_', weighting: 'T1', how: 'documentation' },
  { path: 'siemens_xa30_enh/In/8_', weighting: 'OTHER', how: 'documentation' },
  { path: 'uih_dti/', weighting: 'DWI', plane: 'axial', how: 'documentation' },
  { path: 'uih_t1_3d/', weighting: 'T1', plane: 'sagittal', how: 'documentation' },
];
