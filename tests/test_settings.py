"""Options first, then the environment, then rapport.toml, then what suits one machine; and what is said of mistakes."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard import command, serving, settings
from dashboard.cli import rapport
from dashboard.settings_known import CONFIG, SETTINGS
from dashboard.settings_said import gather
from data.records import Problem

NOTHING = {"HOME": "/home/ana", "XDG_DATA_HOME": "/home/ana/data"}


def test_without_anything_said_the_database_is_in_the_data_folder():
    chosen = settings.read(environment=NOTHING)

    assert chosen.database == Path("/home/ana/data/rapport/rapport.duckdb")
    assert chosen.keys is None
    assert chosen.address == "http://127.0.0.1:8501"


def test_the_environment_is_read(tmp_path):
    said = {"RAPPORT_DB": str(tmp_path / "a.duckdb"), "RAPPORT_KEYS": "/keys", "RAPPORT_URL": "https://r.example/"}
    chosen = settings.read(environment=said)

    assert chosen.database == tmp_path / "a.duckdb"
    assert chosen.keys == Path("/keys")
    assert chosen.address == "https://r.example"


def test_an_option_stands_before_the_environment(tmp_path):
    said = {"RAPPORT_DB": "/elsewhere.duckdb", "RAPPORT_URL": "https://r.example"}
    chosen = settings.read(database=tmp_path / "mine.duckdb", url="http://10.0.0.1:9000", environment=said)

    assert (chosen.database, chosen.address) == (tmp_path / "mine.duckdb", "http://10.0.0.1:9000")


@pytest.mark.parametrize(
    "url", ["rapport.example.org", "ftp://r.example", "https://", "https://r.example/app", "http://a?b"]
)
def test_an_address_that_links_cannot_begin_with_is_named(url):
    with pytest.raises(Problem, match=r"RAPPORT_URL is '.*'; expected an address"):
        settings.read(environment={**NOTHING, "RAPPORT_URL": url})


@pytest.mark.parametrize(
    ("url", "loopback"),
    [(None, True), ("http://localhost:1", True), ("http://[::1]:1", True), ("https://r.example", False)],
)
def test_it_is_known_whether_links_lead_to_this_machine_only(url, loopback):
    assert settings.read(url=url, environment=NOTHING).loopback is loopback


def test_a_server_on_a_six_part_address_has_a_link_that_works():
    assert settings.read(host="::1", port=9000, environment=NOTHING).address == "http://[::1]:9000"


def test_the_socket_stands_beside_the_database(tmp_path):
    assert settings.read(database=tmp_path / "a.duckdb", environment={}).socket == tmp_path / "a.duckdb.sock"


KEY = "one line that nobody guesses"


def test_the_key_of_the_database_does_not_show_itself():
    chosen = settings.read(environment={**NOTHING, "RAPPORT_DB_KEY": KEY})

    assert chosen.key == KEY
    assert KEY not in repr(chosen)
    assert settings.read(environment=NOTHING).key is None


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_key_may_come_from_a_file_for_its_owner_only(tmp_path, end):
    file = tmp_path / "key"
    file.write_bytes(f"{KEY}{end}".encode())
    file.chmod(0o600)

    assert settings.read(environment={**NOTHING, "RAPPORT_DB_KEY_FILE": str(file)}).key == KEY
    file.chmod(0o640)
    with pytest.raises(Problem, match="others can read; expected a file for its owner only"):
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY_FILE": str(file)})


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines of key", b"\xff\xfe not text", b"seven.."])
def test_a_file_without_a_key_is_named_and_not_quoted(tmp_path, content):
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(Problem, match=r"expected (one line of at least 20|a key on one line)") as told:
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY_FILE": str(file)})
    assert "RAPPORT_DB_KEY_FILE" in str(told.value)
    assert "lines of key" not in str(told.value)


def test_two_keys_are_one_too_many():
    with pytest.raises(Problem, match="both set; expected one of them"):
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY": KEY, "RAPPORT_DB_KEY_FILE": "/run/key"})


@pytest.mark.parametrize("key", ["", "seven..", "two lines\nof a key"])
def test_what_is_no_key_is_refused_and_not_quoted(key):
    with pytest.raises(Problem, match="expected one line of at least 20") as told:
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY": key})
    assert not key or key not in str(told.value)


# ------------------------------------------------------------------------------------------------ each, from everywhere

SENDER, PASSWORD = "People team <people@example.org>", "nightjar"
CHANNELS = "slack://T1JJ3T3L2/A1BRTD4JD/nightjar\njson://127.0.0.1/nightjar"
EACH = {
    "database.file": ("a.duckdb", "{folder}/a.duckdb"),
    "keys.folder": ("keys", "{folder}/keys"),
    "serve.url": ("https://r.example/", "https://r.example"),
    "serve.host": ("::1", "::1"),
    "serve.port": ("9000", "9000"),
    "reports.folder": ("reports", "{folder}/reports"),
    "mail.server": ("smtps://ana@mail.example.org:4650", "smtps://ana@mail.example.org:4650"),
    "mail.password": (PASSWORD, "set"),
    "mail.password_file": ("password", "{folder}/password"),
    "mail.from": (SENDER, SENDER),
    "messages.to": (CHANNELS, "set"),
    "messages.to_file": ("channels", "{folder}/channels"),
    "account.provider": ("https://login.example.org/", "https://login.example.org"),
    "account.client": ("rapport", "rapport"),
    "account.secret": (PASSWORD, "set"),
    "account.secret_file": ("password", "{folder}/password"),
    "account.member": ("employee_id", "employee_id"),
    "account.administrators": ("groups=rapport-admins", "groups=rapport-admins"),
    "log.level": ("INFO", "info"),
    "log.format": ("json", "json"),
    "database.key": (KEY, "set"),
    "database.key_file": ("key", "{folder}/key"),
    "database.new_key": (KEY, "set"),
    "database.new_key_file": ("key", "{folder}/key"),
}
"""Every setting as somebody says it, and what holds then, as it is printed."""
IN_FILE = [name for name in EACH if SETTINGS[name].in_file]


@pytest.fixture
def folder(tmp_path):
    """Where a file of settings may lie, beside the files of three secrets."""
    there = tmp_path / "there"
    there.mkdir()
    for name, secret in (("password", PASSWORD), ("key", KEY), ("channels", CHANNELS)):
        (there / name).write_text(f"{secret}\n")
        (there / name).chmod(0o600)
    return there


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Somebody stands in an empty folder, and has no file of their own."""
    monkeypatch.delenv("RAPPORT_FULL", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(CONFIG.variable)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def written(folder, content):
    """A file of settings with this content, or with these settings by their names."""
    if not isinstance(content, str):
        content = "".join(f"{name} = {json.dumps(value)}\n" for name, value in content.items())
    (folder / "rapport.toml").write_text(content)
    return folder / "rapport.toml"


def test_every_setting_has_its_line_here():
    assert list(EACH) == list(SETTINGS)


@pytest.mark.parametrize("name", EACH)
def test_it_is_read_from_the_environment(name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    said, holds = EACH[name]

    assert str(gather({SETTINGS[name].variable: said}).value(name)) == holds.format(folder=folder)


@pytest.mark.parametrize("name", IN_FILE)
def test_it_is_read_from_the_file_where_relative_paths_begin(name, folder):
    said, holds = EACH[name]

    assert str(gather({}, written(folder, {name: said})).value(name)) == holds.format(folder=folder)


def test_a_secret_is_read_from_the_environment_and_from_a_file_and_shows_itself_in_neither(folder):
    for around in ({"RAPPORT_DB_KEY": KEY}, {"RAPPORT_DB_KEY_FILE": str(folder / "key")}):
        told = gather(around)
        assert told.secret("database.key").text == KEY
        assert KEY not in repr(told.values) + str(list(map(str, told.values.values())))
    assert settings.read(environment={"RAPPORT_NEW_DB_KEY_FILE": str(folder / "key")}).new_key == KEY


def test_a_secret_may_come_through_a_pipe_which_can_be_read_once():
    reading, writing = os.pipe()
    os.write(writing, f"{KEY}\n".encode())
    os.close(writing)

    assert settings.read(environment=NOTHING | {"RAPPORT_DB_KEY_FILE": f"/dev/fd/{reading}"}).key == KEY
    os.close(reading)


def test_a_file_says_all_that_the_environment_can_but_secrets(folder, monkeypatch):
    file = written(folder, {name: EACH[name][0] for name in IN_FILE})
    told = settings.read(environment={"RAPPORT_CONFIG": str(file)})
    monkeypatch.chdir(folder)
    around = settings.read(environment={SETTINGS[name].variable: EACH[name][0] for name in IN_FILE})

    assert told == around
    assert (told.key, told.mail.password, told.mail.user, told.port) == (KEY, PASSWORD, "ana", 9000)


def test_tables_and_dotted_names_say_the_same_and_a_port_is_a_number_or_a_text(folder):
    for content in ("[serve]\nport = 9000", 'serve.port = "9000"', "serve = {port = 9000}"):
        assert gather({}, written(folder, content)).value("serve.port") == 9000


def test_an_option_counts_before_the_environment_before_the_file_before_the_default(folder):
    file = written(folder, {"serve.url": "https://file.example", "serve.port": 9000, "log.level": "info"})
    told = {"RAPPORT_CONFIG": str(file)}
    around = told | {"RAPPORT_URL": "https://around.example", "RAPPORT_SERVE_PORT": "9001"}

    assert settings.read(environment=told).url == "https://file.example"
    assert settings.read(environment=around).url == "https://around.example"
    assert settings.read(environment=around, url="https://option.example").url == "https://option.example"
    assert [settings.read(environment=each).port for each in ({}, told, around)] == [8501, 9000, 9001]
    assert settings.read(environment=around, port=0).port == 0
    assert (settings.read(environment=around).log_level, settings.read(environment=around).log_format) == (
        "info",
        "text",
    )


@pytest.mark.parametrize("name", [name for name in EACH if not SETTINGS[name].guards])
def test_an_empty_variable_says_nothing(name, folder):
    file = written(folder, {name: EACH[name][0]})

    assert gather({SETTINGS[name].variable: ""}, file).said[name].source == "file"


def test_a_key_in_the_environment_counts_before_a_file_that_rapport_toml_names(folder):
    told = {"RAPPORT_CONFIG": str(written(folder, {"database.key_file": "nowhere"})), "RAPPORT_DB_KEY": KEY}

    assert settings.read(environment=told).key == KEY
    assert settings.read(environment=told).key_source == "the variable RAPPORT_DB_KEY"


def test_it_is_told_in_which_file_the_key_is(folder):
    told = {"RAPPORT_CONFIG": str(written(folder, {"database.key_file": "key"}))}

    assert settings.read(environment=told).key_source == f"the file {folder}/key"


# ----------------------------------------------------------------------------------------------------------- which file


def test_the_file_that_is_named_counts_before_the_one_here_before_the_one_in_the_data_folder(folder, tmp_path):
    (tmp_path / "data" / "rapport").mkdir(parents=True)
    environment = {"XDG_DATA_HOME": str(tmp_path / "data")}

    def level(**more):
        return settings.read(environment=environment | more).log_level

    assert level() == "warning"
    written(tmp_path / "data" / "rapport", {"log.level": "error"})
    assert level() == "error"
    written(tmp_path / "here", {"log.level": "info"})
    assert level() == "info"
    assert level(RAPPORT_CONFIG=str(written(folder, {"log.level": "debug"}))) == "debug"
    assert level(RAPPORT_CONFIG="") == "warning"


def test_a_file_here_that_others_can_write_is_not_believed_unless_it_is_named(tmp_path):
    file = written(tmp_path / "here", {"log.level": "info"})
    file.chmod(0o666)

    with pytest.raises(Problem, match="others can write it; expected one that is yours, or its name in RAPPORT_CONFIG"):
        settings.read(environment=NOTHING)
    assert settings.read(environment=NOTHING | {"RAPPORT_CONFIG": str(file)}).log_level == "info"


def test_a_file_that_is_named_must_be_there():
    with pytest.raises(Problem, match=r"/nowhere/rapport.toml: there is no such settings file\."):
        settings.read(environment=NOTHING | {"RAPPORT_CONFIG": "/nowhere/rapport.toml"})


def test_whoever_stands_in_a_folder_that_is_gone_has_the_settings_of_their_data_folder(tmp_path):
    (tmp_path / "here").rmdir()

    assert settings.read(environment=NOTHING).log_level == "warning"


# ------------------------------------------------------------------------------------------------------------- mistakes


def check(*words):
    return CliRunner().invoke(rapport, ["config", "check", *map(str, words)])


SPOILT = {
    "two names that are none": (
        "serve.adress = 1\n[mial]\nserver = 'smtp://m.example'",
        [
            "'serve.adress' in rapport.toml is no setting. Did you mean 'serve.url'?",
            "'mial.server' in rapport.toml is no setting. Did you mean 'mail.server'?",
        ],
    ),
    "a name without its table, and a table of nothing": (
        "port = 8080\n[log]\n[keys_of_waves]",
        [
            "'port' in rapport.toml is no setting. Did you mean 'serve.port'?",
            "'keys_of_waves' in rapport.toml is no setting. Did you mean 'keys.folder'?",
        ],
    ),
    "every secret": (
        (
            f"[database]\nkey = '{KEY}'\nnew_key = '{KEY}'\n[mail]\npassword = '{PASSWORD}'\n"
            f"[messages]\nto = 'slack://{PASSWORD}'"
        ),
        [
            f"{name} in rapport.toml is a secret, which may not stand there; expected it in {variable}, or {name}_file "
            "with the name of a file (0600) that holds it."
            for name, variable in (
                ("database.key", "RAPPORT_DB_KEY"),
                ("database.new_key", "RAPPORT_NEW_DB_KEY"),
                ("mail.password", "RAPPORT_SMTP_PASSWORD"),
                ("messages.to", "RAPPORT_MESSAGES"),
            )
        ],
    ),
    "a password in an address": (
        f"mail.server = 'smtp://ana:{PASSWORD}@m.example'\nmail.from = 'p@x.example'",
        [
            (
                "mail.server in rapport.toml is 'smtp://ana:…@m.example', with a password in it; expected the "
                "password in mail.password_file."
            )
        ],
    ),
    "other kinds of value": (
        "[serve]\nport = true\nhost = 7\nurl = ['a']\n[log]\nlevel = 2026-11-23\nformat.x = 1",
        [
            "serve.port in rapport.toml is true; expected a number.",
            "serve.host in rapport.toml is 7; expected a text in quotation marks.",
            "serve.url in rapport.toml is a list; expected a text in quotation marks.",
            "log.level in rapport.toml is a date; expected a text in quotation marks.",
            "log.format in rapport.toml is a table; expected a text in quotation marks.",
        ],
    ),
    "values that cannot be": (
        "[serve]\nport = 70000\nurl = 'rapport.example.org'\n[log]\nlevel = 'warn'\nformat = 'xml'",
        [
            (
                "serve.url in rapport.toml is 'rapport.example.org'; expected an address without a path, such as "
                "https://rapport.example.org."
            ),
            "serve.port in rapport.toml is '70000'; expected a number from 0 to 65535, where 0 is any.",
            "log.level in rapport.toml is 'warn'; expected one of debug, info, warning, error. Did you mean 'warning'?",
            "log.format in rapport.toml is 'xml'; expected one of text, json.",
        ],
    ),
    "a mail server without a sender": (
        "mail.server = 'smtp://m.example'",
        ["mail.from in rapport.toml is ''; expected a sender such as 'People team <people@example.org>'."],
    ),
    "a user without a password": (
        f"mail.server = 'smtp://ana@m.example'\nmail.from = '{SENDER}'",
        [
            (
                "mail.server in rapport.toml names the user 'ana'; expected a password in RAPPORT_SMTP_PASSWORD or "
                "RAPPORT_SMTP_PASSWORD_FILE."
            )
        ],
    ),
    "a password without a user, and files of secrets that are none": (
        (
            f"mail.server = 'smtp://m.example'\nmail.from = '{SENDER}'\nmail.password_file = 'password'\n"
            "database.key_file = 'password'\ndatabase.new_key_file = 'nowhere'"
        ),
        [
            (
                "The key in database.key_file in rapport.toml has 8 characters; expected one line of at least 20, "
                "such as `openssl rand -base64 32` prints."
            ),
            (
                "database.new_key_file in rapport.toml names {folder}/nowhere, which cannot be read: No such file or "
                "directory."
            ),
            (
                "mail.server in rapport.toml names no user for the password in mail.password_file in rapport.toml; "
                "expected smtp://user@host."
            ),
        ],
    ),
    "what is not TOML": (
        "[serve]\nport 8501\n",
        ["rapport.toml: this is not valid TOML: Expected '=' after a key in a key/value pair (at line 2, column 6)."],
    ),
    "the same twice": (
        "[log]\nlevel = 'info'\nlevel = 'debug'\n",
        ["rapport.toml: this is not valid TOML: Cannot overwrite a value (at line 3, column 16)."],
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_every_mistake_of_a_file_is_a_sentence_and_nothing_else_is_printed(spoilt, folder):
    content, sentences = SPOILT[spoilt]
    checked = check(written(folder, content))

    assert checked.stderr.splitlines() == [sentence.format(folder=folder) for sentence in sentences]
    assert (checked.exit_code, checked.stdout) == (2, "")
    assert KEY not in checked.stderr
    assert PASSWORD not in checked.stderr


def test_mistakes_of_file_and_environment_are_named_together(folder, monkeypatch):
    monkeypatch.setenv("RAPPORT_SMPT", "smtp://m.example")
    monkeypatch.setenv("RAPPORT_LOG_LEVEL", "loud")
    checked = check(written(folder, "serve.prot = 1\n"))

    assert checked.stderr.splitlines() == [
        "'serve.prot' in rapport.toml is no setting. Did you mean 'serve.port'?",
        "RAPPORT_SMPT is no setting. Did you mean 'RAPPORT_SMTP'?",
        "RAPPORT_LOG_LEVEL is 'loud'; expected one of debug, info, warning, error.",
    ]


@pytest.mark.parametrize(
    "words", [["scores"], ["people", "import", "roster.csv"], ["serve", "--port", "0"], ["doctor"]]
)
def test_every_other_command_says_the_first_mistake_and_does_nothing(words, tmp_path):
    (tmp_path / "here" / "roster.csv").write_text("member_id,name,email,team\na,Ana,a@x.example,Sales\n")
    written(tmp_path / "here", "serve.prot = 1\nmail.sever = 'm'\n")
    before = sorted(tmp_path.rglob("*"))
    ended = CliRunner().invoke(rapport, words)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == (
        "'serve.prot' in rapport.toml is no setting. Did you mean 'serve.port'? rapport config check names every "
        "mistake.\n"
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_a_variable_that_is_no_setting_stops_no_command_because_the_environment_is_not_ours_alone():
    assert settings.read(environment=NOTHING | {"RAPPORT_PORT_8501_TCP_ADDR": "10.0.0.1"}).port == 8501


# -------------------------------------------------------------------------------------------------------- what holds


def test_what_holds_is_printed_with_where_it_comes_from_and_no_secret(folder, monkeypatch):
    file = written(folder, {"serve.port": 9000, "reports.folder": "reports", "mail.from": SENDER})
    monkeypatch.setenv("RAPPORT_SMTP", "smtp://ana@m.example")
    monkeypatch.setenv("RAPPORT_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("RAPPORT_DB_KEY", KEY)
    checked = check(file, "--format", "json")
    holds = {row["setting"]: (row["value"], row["source"]) for row in json.loads(checked.stdout)}

    assert list(holds) == list(SETTINGS)
    assert holds["serve.port"] == ("9000", "file")
    assert holds["reports.folder"] == (f"{folder}/reports", "file")
    assert holds["mail.server"] == ("smtp://ana@m.example", "environment")
    assert holds["mail.password"] == holds["database.key"] == ("set", "environment")
    assert holds["database.file"] == (f"{os.environ['XDG_DATA_HOME']}/rapport/rapport.duckdb", "default")
    assert holds["keys.folder"] == ("<database name>.keys beside the database", "default")
    assert (checked.exit_code, checked.stderr) == (0, f"Read {file} and the environment.\n")
    for form in ("table", "csv", "json"):
        printed = check(file, "--format", form).output
        assert PASSWORD not in printed
        assert KEY not in printed


def test_looking_makes_nothing_and_needs_no_database(tmp_path):
    before = sorted(tmp_path.rglob("*"))
    checked = check()

    assert (checked.exit_code, checked.stderr) == (0, "Read the environment, and no file.\n")
    assert sorted(tmp_path.rglob("*")) == before


def test_no_secret_stands_in_what_a_command_with_a_wrong_file_says_nor_in_a_log(folder, monkeypatch, caplog):
    written(folder, SPOILT["every secret"][0])
    monkeypatch.chdir(folder)
    with caplog.at_level("DEBUG"):
        said = CliRunner().invoke(rapport, ["scores"]).output + caplog.text

    assert "is a secret" in said
    assert KEY not in said
    assert PASSWORD not in said


def test_a_server_goes_by_what_it_was_told_at_its_start(folder, tmp_path, monkeypatch):
    told = written(
        folder, {"mail.server": "smtp://localhost:2525", "mail.from": SENDER, "serve.url": "https://r.example"}
    )
    chosen = settings.read(database=tmp_path / "a.duckdb", environment={"RAPPORT_CONFIG": str(told)})

    with serving.holding(chosen) as desk:
        written(tmp_path / "here", "mail.server = 'somebody else'")
        monkeypatch.setenv("RAPPORT_URL", "nowhere")
        assert settings.in_force().mail.port == 2525
        with command.desk_in_hand(desk):
            assert rapport.run(["organization"]) == 0
    with pytest.raises(Problem, match=r"RAPPORT_URL is 'nowhere'|mail\.server in rapport\.toml is 'somebody else'"):
        settings.in_force()
