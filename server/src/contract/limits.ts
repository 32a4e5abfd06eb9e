/** JSON bodies of limits and usage. Types only. */

/** What one hospital stores, and how much it may. */
export interface HospitalUsageBody {
  hospital: { code: string; name: { zh: string; en: string } };
  bytes: number;
  studies: number;
  instances: number;
  /** ISO 8601; when all of it was last counted, null: not yet. Stores since are added as they come. */
  countedAt: string | null;
  /** null: no limit. */
  maxBytes: number | null;
}

/** `GET /api/usage`: the hospitals the caller administers. */
export interface UsageBody {
  hospitals: HospitalUsageBody[];
  /** Whether the caller may set limits (`PUT /api/usage/{hospital}`): administrators of the region. */
  maySet: boolean;
  /** Of each key, person or share, and each server process; 0: no limit. */
  requests: { perMinute: number; atOnce: number; strangersPerMinute: number };
}

/** `PUT /api/usage/{hospital}`. */
export interface QuotaBody {
  maxBytes: number | null;
}
