-- What became of a promise: which dimension it was for, when it is due, and whether it happened.

CREATE TEMPORARY TABLE promised AS SELECT * FROM action;

DROP TABLE action;

CREATE TABLE action (
    action_id   VARCHAR PRIMARY KEY,
    wave_id     VARCHAR NOT NULL,
    team_id     VARCHAR NOT NULL,
    play        VARCHAR NOT NULL,
    dimension   VARCHAR NOT NULL,
    owner       VARCHAR NOT NULL,
    planned_on  DATE NOT NULL,
    due_on      DATE NOT NULL,
    happened    VARCHAR CHECK (happened IN ('yes', 'partly', 'no')),
    answered_on DATE,
    UNIQUE (wave_id, team_id, play),
    CHECK ((happened IS NULL) = (answered_on IS NULL))
);

-- The first playbook had plays for the four dimensions only, and said so in their names.
INSERT INTO action
    SELECT arg_min(action_id, planned_on), wave_id, team_id, play,
           CASE left(play, 2) WHEN 'PT' THEN 'trust' WHEN 'PC' THEN 'communication' WHEN 'PL' THEN 'collaboration'
                              ELSE 'boundaries' END,
           arg_min(owner, planned_on), min(planned_on), min(planned_on) + 28,
           CASE WHEN min(done_on) IS NULL THEN NULL ELSE 'yes' END, min(done_on)
    FROM promised
    GROUP BY wave_id, team_id, play;

DROP TABLE promised;

-- Scores of waves that ask different statements, on one scale. No wave before this one had that.

CREATE TEMPORARY TABLE summed AS SELECT * FROM moment;

DROP TABLE moment;

CREATE TABLE moment (
    wave_id  VARCHAR NOT NULL,
    team_id  VARCHAR NOT NULL,
    subject  VARCHAR NOT NULL,
    n        INTEGER NOT NULL CHECK (n >= 4),
    total    DOUBLE NOT NULL,
    squares  DOUBLE NOT NULL,
    items    VARCHAR[] NOT NULL,
    covers   VARCHAR[] NOT NULL,
    linked   BOOLEAN NOT NULL,
    PRIMARY KEY (wave_id, team_id, subject)
);

INSERT INTO moment SELECT *, false FROM summed;

DROP TABLE summed;

CREATE TABLE contrast (
    wave_id   VARCHAR NOT NULL,
    item      VARCHAR NOT NULL,
    n         INTEGER NOT NULL CHECK (n >= 20),
    effect    DOUBLE NOT NULL,
    variance  DOUBLE NOT NULL,
    PRIMARY KEY (wave_id, item)
);
