-- Letters about an introduction and with a report: of an introduction several to one member, each about somebody else.

CREATE TABLE letter_now (
    wave_id     VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (
        kind IN ('invitation', 'reminder', 'last reminder', 'results', 'introduction', 'report')
    ),
    member_id   VARCHAR NOT NULL,
    about       VARCHAR NOT NULL,
    message_id  VARCHAR NOT NULL,
    sent_on     DATE,
    refused     VARCHAR,
    PRIMARY KEY (wave_id, kind, member_id, about)
);
INSERT INTO letter_now SELECT wave_id, kind, member_id, '', message_id, sent_on, refused FROM letter;
DROP TABLE letter;
ALTER TABLE letter_now RENAME TO letter;
