import {
  DEVICE_DAYS,
  FAILURES_KEPT_DAYS,
  INPATIENT_YEARS,
  listHospitals,
  LONGEST_SHARE_HOURS,
  METADATA_RENDITION_DAYS,
  ORPHAN_GRACE_HOURS,
  OUTPATIENT_YEARS,
  PICTURE_RENDITION_DAYS,
  PURPOSES,
} from '@hutong/storage-config';
import { Router } from 'express';
import type { DataProtectionBody } from '../contract/privacy.ts';
import type { ServerParts } from '../context.ts';

/** `/data-protection` below `/api`, for everyone: how long what is kept, from the settings that the code works by. */
export function dataProtectionRoutes({ index, config, secrets }: ServerParts): Router {
  const router = Router();
  router.get('/data-protection', async (_req, res) => {
    const hospitals = await listHospitals(index);
    const answer: DataProtectionBody = {
      contact: config.dataProtectionContact,
      region: config.regionName,
      hospitals: hospitals.length,
      deletedKeepDays: config.deletedKeepDays,
      exportKeepDays: config.exports.keepDays,
      outpatientYears: OUTPATIENT_YEARS,
      inpatientYears: INPATIENT_YEARS,
      shareMostDays: Math.floor(LONGEST_SHARE_HOURS / 24),
      shareKeepDays: config.shareKeepDays,
      shareFailureDays: FAILURES_KEPT_DAYS,
      knownDeviceDays: DEVICE_DAYS,
      sessionHours: config.signIn.sessions.seconds / 3600,
      changesDays: config.changesDays,
      thumbnailDays: PICTURE_RENDITION_DAYS,
      preparedDays: METADATA_RENDITION_DAYS,
      orphanHours: ORPHAN_GRACE_HOURS,
      auditExported: config.auditExport.destinations.length > 0,
      sealed: secrets.usable,
      encryptedTransport: config.publicUrl?.startsWith('https:') ?? false,
      purposes: [...PURPOSES],
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });
  return router;
}
