export { demoHospitals, demoQualifications } from './hospitals.ts';
export { pushDemo, type PushOptions, type PushResult } from './pushDemo.ts';
export { DOCTOR, showRecognition, type RecognitionOptions } from './recognition.ts';
export { runDemo, verdictTable, type DemoOptions, type DemoResult } from './runDemo.ts';
export { waitForVerdicts, type StudyOutcome } from './verdicts.ts';
