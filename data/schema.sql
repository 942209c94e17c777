-- What Rapport keeps, and what each table promises.
--
-- Three kinds of data live here and are never joined with one another:
--   people     who works where: the roster, who leads what, who was asked
--   ballots    sealed answers of waves that are still open: no name, no readable answer, gone after the close
--   results    findings over groups of at least k answers, made once at the close
-- and a fourth, kept by consent and by name:
--   the network  who says they work with whom
--
-- Nothing here relies on a sequence or a row number, and no table of ballots or results carries a time of day.

-- The organization itself: its name, its time zone, whether it is made up, the version of this schema.
CREATE TABLE setting (
    name   VARCHAR PRIMARY KEY,
    value  VARCHAR NOT NULL
);

------------------------------------------------------------------------------------------------------------ people

-- A node of the organization's tree. The root has the id and the path 'organization'. `path` is what people read
-- ('Engineering / Platform'); `team_id` never changes, so a renamed team keeps its history.
CREATE TABLE team (
    team_id  VARCHAR PRIMARY KEY,
    path     VARCHAR NOT NULL UNIQUE,
    parent   VARCHAR
);

-- One person of the roster. Deactivated, not deleted, when a roster no longer names them.
CREATE TABLE member (
    member_id   VARCHAR PRIMARY KEY,
    name        VARCHAR NOT NULL,
    email       VARCHAR NOT NULL,
    team_id     VARCHAR NOT NULL,
    manager_id  VARCHAR,
    role        VARCHAR,
    level       VARCHAR,
    location    VARCHAR,
    joined_on   DATE,
    language    VARCHAR,
    timezone    VARCHAR,
    interests   VARCHAR[] NOT NULL,
    active      BOOLEAN NOT NULL
);

-- Who leads which team. Someone may lead several teams and works in one.
CREATE TABLE lead (
    member_id  VARCHAR NOT NULL,
    team_id    VARCHAR NOT NULL,
    PRIMARY KEY (member_id, team_id)
);

-- One asking. Everything a respondent was promised is frozen here when the wave opens.
CREATE TABLE wave (
    wave_id         VARCHAR PRIMARY KEY,   -- random, so that a key file's name says nothing
    name            VARCHAR NOT NULL UNIQUE,
    number          INTEGER NOT NULL,      -- 0, 1, 2 … in order of opening: chooses the rotating items
    asks            VARCHAR NOT NULL CHECK (asks IN ('pulse', 'network', 'both')),
    questionnaire   VARCHAR NOT NULL,      -- the questions as asked, as JSON; '' when no pulse is asked
    state           VARCHAR NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
    opened_on       DATE NOT NULL,
    closes          TIMESTAMP NOT NULL,    -- UTC; ballots are refused from then on
    closed_on       DATE,
    k               INTEGER NOT NULL CHECK (k >= 4),
    smallest_group  INTEGER NOT NULL CHECK (smallest_group >= k),
    trustee         BOOLEAN NOT NULL,
    box_key         BLOB,                  -- the public half only: it seals and cannot open
    code_salt       BLOB                   -- of a wave with short codes: what they are made and stretched with
);

-- Every team of a wave as it was reported, frozen when it opened. `joins` is NULL for a group; a team too small to be
-- one names the group that counts its people. `invited` counts the people whose answers go to this group itself, not
-- to one below it; a group with 0 is the sum of those below.
CREATE TABLE reporting_group (
    wave_id  VARCHAR NOT NULL,
    team_id  VARCHAR NOT NULL,
    parent   VARCHAR,
    path     VARCHAR NOT NULL,
    joins    VARCHAR,
    invited  INTEGER NOT NULL CHECK (invited >= 0),
    PRIMARY KEY (wave_id, team_id)
);

-- Who was asked in a wave, and where their answers count. Says nothing about whether they answered.
CREATE TABLE seat (
    wave_id    VARCHAR NOT NULL,
    member_id  VARCHAR NOT NULL,
    team_id    VARCHAR NOT NULL,           -- the group that counts their pulse answers
    PRIMARY KEY (wave_id, member_id)
);

-- Who was written to about a wave: everybody asked, also those who answered; nothing here says who did. The links in a
-- letter are kept nowhere.
CREATE TABLE letter (
    wave_id     VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (
        kind IN ('invitation', 'reminder', 'last reminder', 'results', 'introduction', 'report')
    ),
    member_id   VARCHAR NOT NULL,
    about       VARCHAR NOT NULL,          -- the other's member_id in an introduction; '' in every other kind
    message_id  VARCHAR NOT NULL,          -- random; the same when a letter has to be sent again
    sent_on     DATE,                      -- written for all letters that went together, when the last of them had gone
    refused     VARCHAR,                   -- what the mail server said where it did not take the letter, or why it came back
    PRIMARY KEY (wave_id, kind, member_id, about)
);

----------------------------------------------------------------------------------------------------------- ballots

-- The right to answer one pulse once. No name, no address, and no flag that it was used. `nullifier` is a hash of
-- a secret that only the link holds; `group_box` opens with the wave's box key, `group_note` with the link itself.
-- Rows stand in random order. None outlives the close.
CREATE TABLE ballot (
    nullifier   BLOB PRIMARY KEY,
    wave_id     VARCHAR NOT NULL,
    group_box   BLOB NOT NULL,
    group_note  BLOB NOT NULL
);

-- The last answers cast with a ballot, sealed to the wave's box key and padded to one size. None outlives the close.
CREATE TABLE box (
    nullifier  BLOB PRIMARY KEY,
    sealed     BLOB NOT NULL
);

-- After the close a pulse link opens its organization's results page and nothing else. One row for every person
-- asked, whether they answered or not, in random order.
CREATE TABLE reader (
    reader   BLOB PRIMARY KEY,
    wave_id  VARCHAR NOT NULL
);

----------------------------------------------------------------------------------------------------------- results

-- What the gate released, and for what it withheld the reason. The only source of pages, reports and exports.
-- `covers` names the groups counted: two waves are joined in a trend only where it is equal.
CREATE TABLE finding (
    wave_id      VARCHAR NOT NULL,
    team_id      VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    subject      VARCHAR NOT NULL,
    value        DOUBLE,
    low          DOUBLE,
    high         DOUBLE,
    respondents  VARCHAR,
    favourable   VARCHAR,
    word         VARCHAR,
    since        VARCHAR,                  -- the wave that a change is measured from
    covers       VARCHAR[] NOT NULL,
    reason       VARCHAR,                  -- NULL when shown
    counted_in   VARCHAR,                  -- the team whose figure holds these answers, or is the same figure
    PRIMARY KEY (wave_id, team_id, kind, subject),
    CHECK (reason IS NULL OR (value IS NULL AND low IS NULL AND high IS NULL AND respondents IS NULL
                              AND favourable IS NULL AND word IS NULL))
);

-- The sums that later waves are compared with, over the same groups as the findings and never fewer than k people:
-- number of people, sum and sum of squares of their scores (1 to 5).
CREATE TABLE moment (
    wave_id  VARCHAR NOT NULL,
    team_id  VARCHAR NOT NULL,
    subject  VARCHAR NOT NULL,
    n        INTEGER NOT NULL CHECK (n >= 4),
    total    DOUBLE NOT NULL,
    squares  DOUBLE NOT NULL,
    items    VARCHAR[] NOT NULL,           -- which statements the score was made of
    covers   VARCHAR[] NOT NULL,
    linked   BOOLEAN NOT NULL,           -- other waves ask other statements: its score stands on the scale of the anchors
    PRIMARY KEY (wave_id, team_id, subject)
);

-- How much more readily the whole organization agreed with a statement than with the anchors of its dimension, roughly:
-- what puts waves with different statements on one scale.
CREATE TABLE contrast (
    wave_id   VARCHAR NOT NULL,
    item      VARCHAR NOT NULL,
    n         INTEGER NOT NULL CHECK (n >= 20),
    effect    DOUBLE NOT NULL,
    variance  DOUBLE NOT NULL,
    PRIMARY KEY (wave_id, item)
);

-- Comments of groups with at least ten answers, ordered by their own text, with nothing beside them.
CREATE TABLE comment (
    wave_id  VARCHAR NOT NULL,
    team_id  VARCHAR NOT NULL,
    text     VARCHAR NOT NULL
);

------------------------------------------------------------------------------------------------------- the network
-- Named and confidential. Each member may read, change, hide and erase their own rows with their network link.

-- The hash of a member's network link, valid until the next network wave closes: while that one is open there are two.
CREATE TABLE network_link (
    member_id  VARCHAR NOT NULL,
    wave_id    VARCHAR NOT NULL,
    link_hash  BLOB NOT NULL UNIQUE,
    PRIMARY KEY (member_id, wave_id)
);

-- What a member agreed to. No row: never asked or never answered, which counts as no.
CREATE TABLE consent (
    member_id      VARCHAR PRIMARY KEY,
    map            BOOLEAN NOT NULL,       -- may my manager see my name on the map
    introductions  BOOLEAN NOT NULL        -- may I be suggested for introductions
);

-- Who answered the network questions of a wave, also when their answer was that nobody fits.
CREATE TABLE network_answer (
    wave_id    VARCHAR NOT NULL,
    member_id  VARCHAR NOT NULL,
    PRIMARY KEY (wave_id, member_id)
);

-- Which questions about names a network wave asks.
CREATE TABLE name_question (
    wave_id  VARCHAR NOT NULL,
    kind     VARCHAR NOT NULL CHECK (kind IN ('work', 'help', 'open', 'energy', 'meet', 'reach')),
    PRIMARY KEY (wave_id, kind)
);

-- 'I work with …'. kind: work, help (whom I turn to), open (with whom I can talk about a hard problem; never shown by
-- name), energy (who leaves me with more of it), meet (whom I would like to meet), reach (whose input is hard to get).
CREATE TABLE tie (
    wave_id   VARCHAR NOT NULL,
    source    VARCHAR NOT NULL,
    target    VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL CHECK (kind IN ('work', 'help', 'open', 'energy', 'meet', 'reach')),
    strength  DOUBLE NOT NULL,
    PRIMARY KEY (wave_id, source, target, kind),
    CHECK (source <> target)
);

-- About how many more a member would have named than a question has room for.
CREATE TABLE name_more (
    wave_id    VARCHAR NOT NULL,
    member_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    more       INTEGER NOT NULL CHECK (more BETWEEN 1 AND 999),
    PRIMARY KEY (wave_id, member_id, kind)
);

-- With whom a member does not want to be paired. Read by the matching and by nobody else; kept until changed.
CREATE TABLE avoid (
    member_id   VARCHAR NOT NULL,
    other_id    VARCHAR NOT NULL,
    taken_back  BOOLEAN NOT NULL DEFAULT false,  -- counts until the next network wave opens, and is gone then
    PRIMARY KEY (member_id, other_id)
);

-- A member's place in the network of a wave, as far as silence allows to say, and where the map draws them.
CREATE TABLE standing (
    wave_id       VARCHAR NOT NULL,
    member_id     VARCHAR NOT NULL,
    standing      VARCHAR NOT NULL
                  CHECK (standing IN ('connected', 'few_ties', 'isolated', 'seen_by_others', 'not_observed')),
    persistent    BOOLEAN NOT NULL,        -- the same in the network wave before
    unheard       DOUBLE,                  -- chance that a silent colleague would have named them
    in_ties       INTEGER NOT NULL,
    out_ties      INTEGER NOT NULL,
    betweenness   DOUBLE,
    burt_constraint DOUBLE,
    x             DOUBLE NOT NULL,
    y             DOUBLE NOT NULL,
    visible_from  DATE NOT NULL,           -- the member sees it first
    bridge        DOUBLE,                  -- how often among those on most ways, with some answers left out; 0 to 1
    helped        INTEGER,                 -- how many turn to them
    wanted        INTEGER,                 -- how many find their input hard to get
    asked         DOUBLE,                  -- how often among those most turn to, with some answers left out; 0 to 1
    broker        VARCHAR,                 -- between whom they stand most often (Gould & Fernandez)
    energized     INTEGER,                 -- how many say that working with them leaves more energy; told to nobody else
    PRIMARY KEY (wave_id, member_id)
);

-- A pair worth introducing, fixed at the close. Held-back pairs are never shown: the next wave compares.
CREATE TABLE introduction (
    wave_id      VARCHAR NOT NULL,
    rank         INTEGER NOT NULL,
    member_a     VARCHAR NOT NULL,
    member_b     VARCHAR NOT NULL,
    score        DOUBLE NOT NULL,
    feasibility  DOUBLE NOT NULL,
    low          DOUBLE NOT NULL,
    high         DOUBLE NOT NULL,
    value        DOUBLE NOT NULL,
    introducer   VARCHAR,
    why          VARCHAR NOT NULL,
    arm          VARCHAR NOT NULL CHECK (arm IN ('chosen', 'random', 'held_back')),
    answer       VARCHAR CHECK (answer IN ('introduced', 'not_now', 'never')),
    by_itself    DOUBLE,                   -- the chance that they tie without it
    distance     INTEGER,                  -- steps between the two: 2, 3, 4 for further
    tied         BOOLEAN,                  -- in the next network wave: a tie or none; NULL before, and where unheard
    PRIMARY KEY (wave_id, member_a, member_b)
);

-- Each of the two is asked alone, with a link of their own, and sees of the other only whether both said yes.
CREATE TABLE invitation (
    wave_id    VARCHAR NOT NULL,
    member_id  VARCHAR NOT NULL,
    other_id   VARCHAR NOT NULL,           -- nobody any more where the other has erased themselves
    link_hash  BLOB NOT NULL UNIQUE,
    asked_on   DATE NOT NULL,
    answer     VARCHAR CHECK (answer IN ('yes', 'no')),  -- this, met and remind: erased when the next network wave closes
    met        VARCHAR CHECK (met IN ('yes', 'not_yet', 'no')),
    remind     BOOLEAN NOT NULL,           -- asked to be reminded to stay in touch
    PRIMARY KEY (wave_id, member_id, other_id),
    CHECK (member_id <> other_id)
);

------------------------------------------------------------------------------------------------------ running it

-- Who watches over Rapport without reading a figure. A steward sees the terms of the waves, the promises and the log;
-- an auditor the promises and the log. Ends when the roster no longer names them.
CREATE TABLE appointment (
    member_id  VARCHAR PRIMARY KEY,
    role       VARCHAR NOT NULL CHECK (role IN ('steward', 'auditor'))
);

-- One-time sign-in links: hashes only, spent when used.
CREATE TABLE sign_in (
    link_hash  BLOB PRIMARY KEY,
    member_id  VARCHAR,                    -- NULL for the administrator
    role       VARCHAR NOT NULL CHECK (role IN ('administrator', 'lead', 'steward', 'auditor')),
    expires    TIMESTAMP NOT NULL
);

-- Passwords, beside one-time links: none is kept. The right one unlocks (Argon2id) the secret of a second factor.
CREATE TABLE password (
    member_id  VARCHAR PRIMARY KEY,        -- '' for the administrator
    locked     BLOB NOT NULL,              -- the secret, locked under the password
    used       BIGINT NOT NULL             -- the half-minute whose digits signed in last: none signs in twice
);

-- Tokens with which other programs read what their holder may read: hashes only, and no time of day.
CREATE TABLE token (
    token_hash  BLOB PRIMARY KEY,
    name        VARCHAR NOT NULL UNIQUE,   -- what whoever made it calls it
    member_id   VARCHAR,                   -- NULL for the administrator
    role        VARCHAR NOT NULL CHECK (role IN ('administrator', 'lead', 'steward', 'auditor')),
    made_on     DATE NOT NULL,
    ends_on     DATE NOT NULL,             -- the last day on which it reads
    used_on     DATE                       -- the last day on which somebody came with it
);

-- What was done by whom, and every look at names. Never anything about a pulse answer.
CREATE TABLE audit (
    happened TIMESTAMP NOT NULL,           -- UTC
    who      VARCHAR NOT NULL,             -- a member_id; 'administrator'; 'rapport' for what the server does by itself
    action   VARCHAR NOT NULL,
    subject  VARCHAR NOT NULL,             -- a member_id, a wave, a team or a file
    detail   VARCHAR NOT NULL
);

-- What a manager promised to do about a dimension of a team, and what they said became of it.
CREATE TABLE action (
    action_id   VARCHAR PRIMARY KEY,
    wave_id     VARCHAR NOT NULL,          -- the wave whose findings called for it
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
