-- Stewards and auditors. Sign-in links that nobody has used yet end here: ask for new ones.

CREATE TABLE appointment (
    member_id  VARCHAR PRIMARY KEY,
    role       VARCHAR NOT NULL CHECK (role IN ('steward', 'auditor'))
);

DROP TABLE sign_in;

CREATE TABLE sign_in (
    link_hash  BLOB PRIMARY KEY,
    member_id  VARCHAR,
    role       VARCHAR NOT NULL CHECK (role IN ('administrator', 'lead', 'steward', 'auditor')),
    expires    TIMESTAMP NOT NULL
);
