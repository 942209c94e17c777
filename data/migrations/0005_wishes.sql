-- A wish not to be paired can be taken back between waves; it counts until no list that it shaped is shown any more.

CREATE TEMPORARY TABLE wished AS SELECT * FROM avoid;

DROP TABLE avoid;

CREATE TABLE avoid (
    member_id   VARCHAR NOT NULL,
    other_id    VARCHAR NOT NULL,
    taken_back  BOOLEAN NOT NULL DEFAULT false,  -- counts until the next network wave opens, and is gone then
    PRIMARY KEY (member_id, other_id)
);

INSERT INTO avoid SELECT *, false FROM wished;

DROP TABLE wished;
