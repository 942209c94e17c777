-- Letters: who was written to about a wave.

CREATE TABLE letter (
    wave_id     VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('invitation', 'reminder', 'last reminder', 'results')),
    member_id   VARCHAR NOT NULL,
    message_id  VARCHAR NOT NULL,
    sent_on     DATE,
    refused     VARCHAR,
    PRIMARY KEY (wave_id, kind, member_id)
);
