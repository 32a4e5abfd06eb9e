-- Results of studies that no item of the list covers, for the worklist's filter; so the results themselves, which are
-- large, are not read to find them.
CREATE INDEX conformance_result_not_listed ON conformance_result (study_id, revision) WHERE result ? 'notListed';
