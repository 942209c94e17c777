-- Tokens with which other programs read what their holder may read.

CREATE TABLE token (
    token_hash  BLOB PRIMARY KEY,
    name        VARCHAR NOT NULL UNIQUE,
    member_id   VARCHAR,
    role        VARCHAR NOT NULL CHECK (role IN ('administrator', 'lead', 'steward', 'auditor')),
    made_on     DATE NOT NULL,
    ends_on     DATE NOT NULL,
    used_on     DATE
);
