-- More questions about names, and what became of an introduction: each of the two asked, met, tied.

CREATE TABLE name_question (
    wave_id  VARCHAR NOT NULL,
    kind     VARCHAR NOT NULL CHECK (kind IN ('work', 'help', 'open', 'energy', 'meet', 'reach')),
    PRIMARY KEY (wave_id, kind)
);

INSERT INTO name_question
    SELECT wave_id, kind FROM wave, (VALUES ('work'), ('help'), ('meet')) AS asked (kind)
    WHERE asks IN ('network', 'both');

CREATE TEMPORARY TABLE named AS SELECT * FROM tie;

DROP TABLE tie;

CREATE TABLE tie (
    wave_id   VARCHAR NOT NULL,
    source    VARCHAR NOT NULL,
    target    VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL CHECK (kind IN ('work', 'help', 'open', 'energy', 'meet', 'reach')),
    strength  DOUBLE NOT NULL,
    PRIMARY KEY (wave_id, source, target, kind),
    CHECK (source <> target)
);

INSERT INTO tie SELECT * FROM named;

DROP TABLE named;

CREATE TABLE name_more (
    wave_id    VARCHAR NOT NULL,
    member_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    more       INTEGER NOT NULL CHECK (more BETWEEN 1 AND 999),
    PRIMARY KEY (wave_id, member_id, kind)
);

ALTER TABLE standing ADD COLUMN bridge DOUBLE;
ALTER TABLE standing ADD COLUMN helped INTEGER;
ALTER TABLE standing ADD COLUMN wanted INTEGER;
ALTER TABLE standing ADD COLUMN asked DOUBLE;
ALTER TABLE standing ADD COLUMN broker VARCHAR;
ALTER TABLE standing ADD COLUMN energized INTEGER;

ALTER TABLE introduction ADD COLUMN by_itself DOUBLE;
ALTER TABLE introduction ADD COLUMN distance INTEGER;
ALTER TABLE introduction ADD COLUMN tied BOOLEAN;

CREATE TABLE invitation (
    wave_id    VARCHAR NOT NULL,
    member_id  VARCHAR NOT NULL,
    other_id   VARCHAR NOT NULL,
    link_hash  BLOB NOT NULL UNIQUE,
    asked_on   DATE NOT NULL,
    answer     VARCHAR CHECK (answer IN ('yes', 'no')),  -- this, met and remind: erased when the next network wave closes
    met        VARCHAR CHECK (met IN ('yes', 'not_yet', 'no')),
    remind     BOOLEAN NOT NULL,
    PRIMARY KEY (wave_id, member_id, other_id),
    CHECK (member_id <> other_id)
);

-- A line of the log that named two people kept both names after one of them had erased theirs.
UPDATE audit SET subject = 'a pair' WHERE action = 'introduction';
