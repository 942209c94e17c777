-- Short codes: what they are made and stretched with, so that one typed at random is known to be none before it costs
-- anything, and so that nothing worked out for one wave serves for another. NULL where codes are long.

ALTER TABLE wave ADD COLUMN code_salt BLOB;
