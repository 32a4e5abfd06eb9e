-- More rights: reading the audit trail, managing keys and accounts, and exporting are no longer one with administering.

ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
-- What keys could do, they can.
UPDATE api_key SET scopes = scopes || ARRAY['audit'] WHERE 'admin' = ANY (scopes);
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'review', 'share', 'export', 'admin', 'keys', 'audit', 'metrics']
         AND cardinality(scopes) > 0);

ALTER TABLE account_role DROP CONSTRAINT account_role_role_check;
ALTER TABLE account_role ADD CONSTRAINT account_role_role_check
  CHECK (role IN ('administrator', 'qualityControl', 'radiologist', 'clinician', 'hospitalIt', 'auditor'));
