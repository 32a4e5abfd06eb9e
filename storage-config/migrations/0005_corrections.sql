-- Deletions, corrections and their history: instances that left the index, and what was done to studies and why.
ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'admin'] AND cardinality(scopes) > 0);
