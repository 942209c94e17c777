-- Passwords, beside one-time links: none is kept.

CREATE TABLE password (
    member_id  VARCHAR PRIMARY KEY,
    locked     BLOB NOT NULL,
    used       BIGINT NOT NULL
);
