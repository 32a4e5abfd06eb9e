import { findHospital } from '@hutong/storage-config';
import type { Pool } from 'pg';

/** @throws Error that says how to add the hospital, when none has this code */
export async function requireHospital(index: Pool, code: string): Promise<void> {
  if ((await findHospital(index, code)) !== null) return;
  throw new Error(
    `no hospital has the code "${code}"; "hutong hospital list" shows those there are, "hutong hospital add" adds one`,
  );
}
