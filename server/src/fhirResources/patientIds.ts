export { type LocalPatient, patientIdsOf, patientKey, patientsOfIds } from '@hutong/storage-config';
