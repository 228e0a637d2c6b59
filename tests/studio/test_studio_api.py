"""The server of the studio: who may talk to it, what it reads and writes, what it answers to good and bad input."""

from __future__ import annotations

import asyncio
import os
import stat
import zipfile
from io import BytesIO

import pytest

pytest.importorskip("fastapi", reason="needs the extra [studio]")
pytest.importorskip("httpx", reason="the client of these tests needs httpx")
pytest.importorskip("uproot", reason="needs the extra [run]")

from starlette.testclient import TestClient

from dsl4bes.atomic import write_whole
from dsl4bes.studio.app import Studio, application
from dsl4bes.studio.folder import Changed, FolderError, Missing, Root
from dsl4bes.studio.guard import MAX_BODY, Hosts
from dsl4bes.studio.live import MAX_PAGES, Pages, Turn

TOKEN = "the-token-of-this-test"
HOME = "http://127.0.0.1:8765"
PAGE = "page0000"
GOOD = "event_selection do\n    charged_tracks do\n        vr    < 1 cm\n        ngood == 2\n    end\nend\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.bes").write_text(GOOD, encoding="utf-8")
    (tmp_path / "outside.bes").write_text("# secret\n", encoding="utf-8")
    return folder


@pytest.fixture
def studio(root):
    return Studio(Root.at(str(root)), TOKEN, "a.bes", "# new\n")


@pytest.fixture
def client(studio):
    with TestClient(application(studio), base_url=HOME, headers={"Authorization": f"Bearer {TOKEN}"}) as made:
        yield made


def written(text, version=1, **more):
    return {"page": PAGE, "version": version, "text": text, "path": "a.bes", **more}


# --- who may ask ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_token_nothing_is_told(client, header):
    """Every route of the application is behind the token, known or not."""
    del client.headers["Authorization"]
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    for path in ("start", "files", "open", "save", "complete", "hover", "format", "rename", "package", "analyse", "preview", "events", "nothing"):
        answer = client.post(f"/api/{path}", json={"path": "a.bes"}, headers=headers)
        assert answer.status_code == 401, path
        assert "secret" not in answer.text and GOOD not in answer.text


def test_every_route_is_a_post_below_api(studio):
    """A new route that forgets the guarded folder would be open to everybody."""
    app = application(studio).app
    found = {route.path: getattr(route, "methods", None) for route in app.routes}
    assert len(found) > 10
    assert all(path == "" or (path.startswith("/api/") and methods == {"POST"}) for path, methods in found.items()), found


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "10.0.0.1:8765", "localhost.evil:1", "", "[::2]:1"])
def test_a_rebound_name_is_refused(client, host):
    for path in ("/", "/main.js"):
        assert client.get(path, headers={"Host": host}).status_code == 421
    assert client.post("/api/start", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:9", "LOCALHOST", "[::1]:8765", "127.0.0.1"])
def test_own_names_are_answered(client, host):
    """The port is not looked at: a tunnel may change it."""
    assert client.post("/api/start", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8765", "http://127.0.0.1:8765.evil"])
def test_another_origin_is_refused(client, origin):
    assert client.post("/api/start", headers={"Origin": origin}).status_code == 403
    assert client.post("/api/start", headers={"Origin": HOME}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_starts_is_refused(client, site):
    assert client.post("/api/start", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_two_hosts_or_origins_are_none(client):
    assert client.post("/api/start", headers=[("Host", "127.0.0.1"), ("Host", "evil.example")]).status_code == 421
    assert client.post("/api/start", headers=[("Origin", HOME), ("Origin", "http://evil.example")]).status_code == 403


def test_a_server_of_all_addresses_still_refuses_names():
    hosts = Hosts.of("0.0.0.0")
    assert hosts.allow("10.1.2.3:80") and hosts.allow("localhost") and not hosts.allow("evil.example")


def test_every_answer_keeps_the_page_to_itself(client):
    answers = [client.get("/"), client.get("/nothing"), client.post("/api/start"), client.post("/api/start", headers={"Authorization": ""}), client.get("/", headers={"Host": "evil"})]
    assert [each.status_code for each in answers] == [200, 404, 200, 401, 421]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers and "set-cookie" not in answer.headers


def test_the_page_names_no_other_host_and_sets_no_html(client):
    """No CDN, no script in the page itself, no text that becomes markup."""
    from dsl4bes.assets import page_root

    for path in sorted(page_root().iterdir()):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text and "https:" not in text, path.name
        assert not any(word in text for word in ("innerHTML", "insertAdjacentHTML", "eval(", "document.write", "onclick=\"")), path.name
        assert client.get(f"/{path.name}").status_code == 200


@pytest.mark.parametrize("path", ["/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "//etc/passwd", "/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml"])
def test_the_page_folder_cannot_be_left(client, path):
    assert client.get(path).status_code == 404


# --- sizes and shapes -------------------------------------------------------------------------------------------------------


def test_a_large_request_is_refused(client):
    assert client.post("/api/analyse", content=b"x" * (MAX_BODY + 1)).status_code == 413

    def pieces():  # without a length
        for _ in range(MAX_BODY // 1_000_000 + 2):
            yield b"x" * 1_000_000

    assert client.post("/api/analyse", content=pieces()).status_code == 413


def test_a_text_longer_than_a_program_is_refused_without_an_echo(client):
    answer = client.post("/api/analyse", json=written("#" * 1_000_001))
    assert answer.status_code == 422 and len(answer.content) < 500


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"null", b'"x"', b'{"page": "page0000", "text": 7}', b'{"page": "../../x", "text": ""}', b'{"page": "page0000", "text": "\\ud800"}', b"\xff\xfe",
        b'{"page": "page0000", "text": "", "version": -1}', b'{"page": "page0000", "text": "", "more": 1}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_malformed_request_gets_words(client, body):
    answer = client.post("/api/analyse", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422) and answer.json()["words"] and len(answer.content) < 600


# --- files --------------------------------------------------------------------------------------------------------------------

OUT = ["../outside.bes", "/etc/passwd.bes", "x/../../outside.bes", "..\\outside.bes", "link.bes", "linked/outside.bes", "", "a\0.bes", "a\n.bes", "a.txt", ".bes", "b/" * 600 + "a.bes"]


@pytest.mark.parametrize("path", OUT)
def test_no_path_leads_out_of_the_folder(client, root, path):
    (root / "link.bes").symlink_to(root.parent / "outside.bes")
    (root / "linked").symlink_to(root.parent)
    before = (root.parent / "outside.bes").read_bytes()
    assert client.post("/api/open", json={"path": path}).status_code in (400, 404, 422)
    assert client.post("/api/save", json={"path": path, "text": "# mine\n"}).status_code in (400, 404, 409, 422)
    assert client.post("/api/events", json={"page": PAGE, "source": "file", "path": path}).status_code in (400, 422)
    assert (root.parent / "outside.bes").read_bytes() == before
    assert sorted(each.name for each in root.parent.iterdir()) == ["outside.bes", "work"]


def test_a_program_of_a_path_outside_is_not_looked_at(client):
    """`path` decides where included files and the lock are looked for."""
    answer = client.post("/api/analyse", json=written(GOOD) | {"path": "../outside.bes"})
    assert answer.status_code == 400 and "not below" in answer.json()["words"]


@pytest.mark.parametrize("path", ["../outside.bes", "linked/outside.bes", "{}/outside.bes"])
def test_an_include_does_not_leave_the_folder(client, root, path):
    (root / "linked").symlink_to(root.parent)
    answer = client.post("/api/analyse", json=written(f'include "{path.format(root.parent)}"\n'))
    assert answer.json()["ok"] is False and "not below the folder" in answer.text and "secret" not in answer.text


def test_what_lies_outside_is_neither_shown_nor_named(client, root):
    """A fault of a foreign file would show a line of it, a misspelt name what is near."""
    (root.parent / "latin.bes").write_bytes(b"# private \xe9\n")
    (root / "way.bes").symlink_to(root.parent / "latin.bes")
    for path in ("../latin.bes", "../latim.bes", "way.bes", f"{root.parent}/outsid.bes"):
        answer = client.post("/api/analyse", json=written(f'include "{path}"\n'))
        assert answer.json()["ok"] is False
        told = answer.json()["findings"]
        assert "private" not in answer.text and not any(each["fixes"] or "outside.bes" in each["help"] or "latin.bes" in each["help"] for each in told)


def test_includes_of_the_folder_and_shipped_ones_work(client, root):
    (root / "more.bes").write_text("event_selection do\n    photons do\n        energy > 40 MeV\n    end\nend\n", encoding="utf-8")
    answer = client.post("/api/analyse", json=written('include "more.bes"\nevent_selection do\n    include "besiii/standard_tracks.bes"\nend\n')).json()
    assert answer["ok"], answer["findings"]
    assert {"photons", "charged_tracks"} <= {each["keyword"] for each in answer["methods"]}


def test_a_new_file_is_made_and_none_is_replaced(client, root):
    made = client.post("/api/save", json={"path": "new.bes", "text": "# 中文\n"})
    assert made.status_code == 200 and (root / "new.bes").read_text(encoding="utf-8") == "# 中文\n"
    again = client.post("/api/save", json={"path": "new.bes", "text": "# other\n"})
    assert again.status_code == 409 and again.json()["digest"] == made.json()["digest"]
    assert (root / "new.bes").read_text(encoding="utf-8") == "# 中文\n"
    assert sorted(each.name for each in root.iterdir()) == ["a.bes", "new.bes"]


def test_a_file_that_somebody_else_changed_is_not_replaced(client, root):
    opened = client.post("/api/open", json={"path": "a.bes"}).json()
    (root / "a.bes").write_text("# of another editor\n", encoding="utf-8")
    refused = client.post("/api/save", json={"path": "a.bes", "text": "# mine\n", "digest": opened["digest"]})
    assert refused.status_code == 409 and "somebody else" in refused.json()["words"]
    assert (root / "a.bes").read_text(encoding="utf-8") == "# of another editor\n"
    knowing = client.post("/api/save", json={"path": "a.bes", "text": "# mine\n", "digest": refused.json()["digest"]})
    assert knowing.status_code == 200 and (root / "a.bes").read_text(encoding="utf-8") == "# mine\n"
    (root / "a.bes").unlink()
    assert client.post("/api/save", json={"path": "a.bes", "text": "x", "digest": knowing.json()["digest"]}).status_code == 409


def test_mode_and_line_ends_of_a_file_stay(client, root):
    (root / "a.bes").write_bytes(GOOD.replace("\n", "\r\n").encode())
    os.chmod(root / "a.bes", 0o640)
    opened = client.post("/api/open", json={"path": "a.bes"}).json()
    assert opened["crlf"] and "\r" not in opened["text"]
    client.post("/api/save", json={"path": "a.bes", "text": opened["text"] + "# more\n", "digest": opened["digest"], "crlf": True})
    assert (root / "a.bes").read_bytes() == (GOOD + "# more\n").replace("\n", "\r\n").encode()
    assert stat.S_IMODE((root / "a.bes").stat().st_mode) == 0o640


def test_files_that_are_no_program_get_words(client, root):
    (root / "binary.bes").write_bytes(b"\0\1\2")
    (root / "latin.bes").write_bytes(b"# \xe9\n")
    (root / "big.bes").write_bytes(b"#" * 4_000_001)
    (root / "folder.bes").mkdir()
    os.mkfifo(root / "pipe.bes")
    (root / "empty.bes").touch()
    for name in ("binary", "latin", "big", "folder", "pipe"):
        answer = client.post("/api/open", json={"path": f"{name}.bes"})
        assert answer.status_code == 400 and answer.json()["words"], name
    assert client.post("/api/open", json={"path": "no.bes"}).status_code == 404
    assert client.post("/api/open", json={"path": "empty.bes"}).json()["text"] == ""


def test_the_listing_leaves_out_what_is_hidden_or_elsewhere(client, root):
    (root / "sub").mkdir()
    (root / "sub" / "b.bes").touch()
    (root / "sub" / "x.dst").touch()
    (root / ".git").mkdir()
    (root / ".git" / "c.bes").touch()
    (root / "link.bes").symlink_to(root.parent / "outside.bes")
    assert client.post("/api/files").json() == {"programs": ["a.bes", "sub/b.bes"], "events": ["sub/x.dst"]}


def test_a_page_begins_with_the_program_or_a_new_one(studio, client, root):
    assert client.post("/api/start").json()["file"] | {"digest": ""} == {"path": "a.bes", "text": GOOD, "digest": "", "crlf": False}
    (root / "a.bes").unlink()
    assert client.post("/api/start").json()["file"] == {"path": "a.bes", "text": "# new\n", "digest": "", "crlf": False}


def test_a_save_that_loses_a_race_replaces_nothing(root):
    """Whoever is quicker has the file."""
    folder = Root.at(str(root))
    folder.save("r.bes", "1\n", "")
    with pytest.raises(Changed):
        folder.save("r.bes", "2\n", "")
    with pytest.raises(FolderError):
        folder.save("none/r.bes", "3\n", "")
    with pytest.raises(Missing):
        folder.open("none/r.bes")
    assert (root / "r.bes").read_text() == "1\n"


def test_a_new_file_can_be_made_where_files_have_one_name_only(root, monkeypatch):
    """File systems such as EOS have no hard links."""

    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    folder = Root.at(str(root))
    folder.save("r.bes", "1\n", "")
    with pytest.raises(FileExistsError):
        write_whole(root / "r.bes", b"2\n", new=True)
    assert (root / "r.bes").read_text() == "1\n" and sorted(each.name for each in root.iterdir()) == ["a.bes", "r.bes"]


def test_events_of_a_folder_are_those_below_it(root):
    """However deep it lies, and whatever else there is."""
    deep = root.joinpath(*"abcdefgh")
    deep.mkdir(parents=True)
    for place in (root / "x.dst", deep / "y.dst", deep / "z.bes"):
        place.touch()
    (deep / "out.dst").symlink_to(root.parent / "outside.bes")
    folder = Root.at(str(root))
    assert folder.events("a/b/c/d/e/f/g/h") == [str(deep / "y.dst")]
    assert folder.listed() == (["a.bes"], ["x.dst"])


def test_a_host_that_is_none_is_said():
    from dsl4bes.studio.serve import ServeError, listen

    for host in ("a..b", "a" * 70):
        with pytest.raises(ServeError, match="there is no host"):
            listen(host)


# --- the language -------------------------------------------------------------------------------------------------------------


def test_a_finding_has_its_place_and_its_fix(client):
    text = "# 中文 𝒙\nevent_selection do\n    photons do\n        enrgy > 40 MeV\n    end\nend\n"
    found = client.post("/api/analyse", json=written(text)).json()
    finding = next(each for each in found["findings"] if each["severity"] == "error")
    assert not found["ok"] and not found["methods"]
    assert text[finding["place"]["start"] : finding["place"]["end"]] == "enrgy" and finding["place"]["line"] == 4
    edit = finding["fixes"][0]["edits"][0]
    mended = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
    assert client.post("/api/analyse", json=written(mended, 2)).json()["ok"]


def test_only_the_lines_that_changed_are_said_to(client):
    client.post("/api/analyse", json=written(GOOD, 1))
    methods = client.post("/api/analyse", json=written(GOOD.replace("ngood == 2", "ngood == 2\n        cos < 0.9"), 2)).json()["methods"]
    lines = {method["keyword"]: [method["text"].split("\n")[line] for line in method["changed"]] for method in methods}
    assert any("cos" in line for line in lines["charged_tracks"])
    assert 0 < len(lines["charged_tracks"]) < methods[0]["text"].count("\n")


def test_completion_hover_format_and_names(client):
    at = GOOD.index("vr")
    offered = client.post("/api/complete", json=written(GOOD.replace("vr    < 1 cm", "v"), offset=at + 1)).json()["items"]
    assert {"vr", "vz"} <= {each["label"] for each in offered}
    assert "cm" in client.post("/api/hover", json=written(GOOD, offset=at)).json()["markdown"]
    edits = client.post("/api/format", json=written(GOOD.replace("    charged", "  charged"))).json()["edits"]
    assert edits and client.post("/api/format", json=written("event_selection do")).json()["words"]
    text = "event_selection do\n    photons(:soft) do\n        energy > 40 MeV\n        nsoft >= 1\n    end\nend\n"
    renamed = client.post("/api/rename", json=written(text, offset=text.index("soft"), new="hard")).json()
    assert {text[each["start"] : each["end"]] for each in renamed["edits"]} <= {"soft", ":soft", "nsoft"} and len(renamed["edits"]) == 2
    assert client.post("/api/rename", json=written(text, offset=0, new="hard")).json()["words"]


def test_the_package_is_that_of_compile(client):
    from dsl4bes.api import compile as compile_text

    answer = client.post("/api/package", json=written(GOOD))
    archive = zipfile.ZipFile(BytesIO(answer.content))
    files = {name: archive.read(name).decode() for name in archive.namelist()}
    expected = compile_text(GOOD, "a.bes")
    assert files and {name: text for name, text in files.items() if name.endswith(".cxx")} == {name: text for name, text in expected.items() if name.endswith(".cxx")}
    assert set(files) == set(expected)
    assert client.post("/api/package", json=written("photons do")).status_code == 422


# --- pages at work --------------------------------------------------------------------------------------------------------------


def test_without_events_there_are_words(client):
    found = client.post("/api/preview", json=written(GOOD)).json()
    assert found["cuts"] is None and "no events" in found["words"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"source": "toy", "decay": "J/psi -> nothing"}, 422), ({"source": "toy", "decay": ""}, 422), ({"source": "toy", "decay": "J/psi -> pi+ pi-", "number": 50_001}, 422),
        ({"source": "toy", "decay": "J/psi -> pi+ pi-", "number": 0}, 422), ({"source": "file", "path": "a.bes"}, 400), ({"source": "file", "path": "bad.dst"}, 422), ({"source": "disk"}, 422),
    ],
)  # fmt: skip
def test_events_that_cannot_be_had_get_words(client, root, asked, status):
    (root / "bad.dst").write_bytes(b"no events at all")
    answer = client.post("/api/events", json={"page": PAGE, **asked})
    assert answer.status_code == status and answer.json()["words"]
    assert "Traceback" not in answer.text


def test_toy_events_are_held_by_their_page(client):
    held = client.post("/api/events", json={"page": PAGE, "source": "toy", "decay": "J/psi -> pi+ pi-", "number": 20}).json()
    assert held["number"] == 20 and "J/psi -> pi+ pi-" in held["name"]
    assert client.post("/api/events", json={"page": PAGE, "source": "none"}).json() == {"name": "", "number": 0}


def test_of_the_texts_that_wait_only_the_newest_is_looked_at():
    """The first runs, the second is overtaken while it waits, and the first is dropped, since it is not the newest any more."""
    done: list[int] = []

    async def three() -> list[int | None]:
        import threading

        turn, free = Turn(), threading.Event()

        def work(number):
            free.wait(10)
            done.append(number)
            return number

        first = asyncio.create_task(turn.take(1, lambda: work(1)))
        await asyncio.sleep(0.02)
        others = [asyncio.create_task(turn.take(version, lambda version=version: work(version))) for version in (2, 3)]
        await asyncio.sleep(0.02)
        free.set()
        return list(await asyncio.gather(first, *others))

    assert asyncio.run(three()) == [None, None, 3]
    assert done == [1, 3]


def test_a_page_does_not_wait_for_another(studio, monkeypatch):
    """One page is held up in its work; the other gets its answer."""
    import threading

    from dsl4bes.studio import messages as m
    from dsl4bes.studio.language import Language

    pages, held, free = Pages(Language(studio.root)), threading.Event(), threading.Event()
    real = Pages._analysis

    def slow(self, page, asked):
        if asked.page == "slowpage":
            held.set()
            assert free.wait(20)
        return real(self, page, asked)

    monkeypatch.setattr(Pages, "_analysis", slow)

    async def both():
        first = asyncio.create_task(pages.analyse(m.Written(page="slowpage", version=1, text=GOOD)))
        while not held.is_set():
            await asyncio.sleep(0.01)
        second = await asyncio.wait_for(pages.analyse(m.Written(page="fastpage", version=1, text=GOOD)), 20)
        waiting = first.done()
        free.set()
        return waiting, second, await first

    waiting, second, first = asyncio.run(both())
    assert not waiting and second.ok and first.ok


def test_a_fault_of_ours_comes_back_as_words(client, monkeypatch, capsys):
    from dsl4bes.preview.session import Preview

    def broken(*_, **__):
        raise ZeroDivisionError("of a test")

    monkeypatch.setattr(Preview, "update", broken)
    for path in ("analyse", "preview"):
        answer = client.post(f"/api/{path}", json=written(GOOD, 5))
        assert answer.status_code == 200 and "ZeroDivisionError: of a test" in answer.json()["words"]
    monkeypatch.setattr(Root, "listed", broken)
    assert client.post("/api/files").status_code == 500
    assert capsys.readouterr() == ("", "")  # what is told goes to the log


def test_a_missing_extra_is_one_line(monkeypatch, capsys):
    """Without FastAPI the command says how to get it, before anything of it is imported."""
    from importlib.util import find_spec

    from dsl4bes.cli import studio as command
    from dsl4bes.cli.app import run

    monkeypatch.setattr(command, "find_spec", lambda name: None if name in ("fastapi", "uvicorn") else find_spec(name))
    assert run(["studio", "a.bes"]) == 1
    assert capsys.readouterr().err.splitlines() == ["error: `studio` needs fastapi, uvicorn", '  help: pip install "dsl4bes[studio]"; see `dsl4bes doctor`']


def test_pages_that_are_silent_are_forgotten(studio):
    from dsl4bes.studio.language import Language

    pages = Pages(Language(studio.root))
    first = pages.page("page0001")
    for number in range(MAX_PAGES):
        pages.page(f"other{number:03}")
    assert pages.page("page0001") is not first
    assert len(pages._pages) == MAX_PAGES


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "photons do", "\ufeff# x\n", "end\n" * 500, "event_selection do\n" * 300, "\0", "(" * 5000])
def test_any_text_gets_an_answer(client, name):
    from pathlib import Path

    text = (Path(__file__).parents[2] / name).read_text(encoding="utf-8") if name.endswith(".md") else name
    answer = client.post("/api/analyse", json=written(text, 9))
    assert answer.status_code == 200 and (answer.json()["ok"] is False or not text.strip("\ufeff# x\n")) and not answer.json()["words"]
    for path in ("complete", "hover"):
        assert client.post(f"/api/{path}", json=written(text, offset=len(text) // 2)).status_code == 200
