"""The sandbox: hostile programs, each of which must be stopped and explained, by every means that this machine offers.

The programs are shell scripts and one C program that the tests compile inside the sandbox. What they try is observed from outside:
processes left over, connections that arrive, files that change.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dsl4bes.unknown.sandbox import means as means_module
from dsl4bes.unknown.sandbox.limits import GIB, MIB, Limits
from dsl4bes.unknown.sandbox.means import Kind, available, confinement
from dsl4bes.unknown.sandbox.outcome import Limit
from dsl4bes.unknown.sandbox.run import run_confined
from dsl4bes.unknown.sandbox.scratch import read_result, scratch_folder
from dsl4bes.unknown.trouble import Trouble

MEANS = available()[0]
HOSTILE = Path(__file__).parent / "hostile_programs.c"
SHORT = Limits(wall_seconds=2.5, cpu_seconds=10, processes=16)
#: Enough for anything that ends by itself, on a busy machine.
PATIENT = Limits(wall_seconds=30)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not MEANS, reason="; ".join(available()[1]) or "no confinement")]
each = pytest.mark.parametrize("means", MEANS, ids=lambda means: means.kind.value)
needs_compiler = pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler")


@pytest.fixture
def scratch():
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The compiled program; the compiler itself runs confined."""
    kept = tmp_path_factory.mktemp("hostile") / "hostile"
    with scratch_folder() as folder:
        shutil.copy(HOSTILE, folder / "hostile.c")
        ended = run_confined(["/usr/bin/gcc", "-O1", "-pthread", "hostile.c", "-o", "hostile"], folder, limits=Limits(wall_seconds=180.0, cpu_seconds=120, memory=4 * GIB, total_memory=4 * GIB))
        assert ended.ok, ended.words + ended.stderr.decode()
        shutil.copy(folder / "hostile", kept)
    return kept


def shell(script, scratch, means, limits=PATIENT, **more):
    return run_confined(["/bin/sh", "-c", script], scratch, means=means, limits=limits, **more)


def attack(hostile, scratch, means, *words, limits=PATIENT):
    shutil.copy(hostile, scratch / f"hostile-{scratch.name}")  # a name that no other test's process has
    return run_confined([f"./hostile-{scratch.name}", *words], scratch, means=means, limits=limits)


def left_over(mark):
    """Processes anywhere on the machine with this word in their command line."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{name}/cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in line and int(name) != os.getpid():
            found.append(int(name))
    return found


@each
def test_a_harmless_command_is_left_alone(scratch, means):
    (scratch / "in.txt").write_text("from outside\n")
    ended = shell("cat in.txt; cat; echo told >&2; echo made > out.txt", scratch, means, stdin=b"from stdin\n")
    assert ended.ok and ended.exit == 0 and ended.limit is None
    assert ended.stdout == b"from outside\nfrom stdin\n" and ended.stderr == b"told\n" and not ended.truncated
    assert read_result(scratch, "out.txt", 100) == b"made\n"
    assert ended.words == "`sh` ended well"


@each
def test_status_and_signal_are_told_apart(scratch, means):
    assert shell("exit 3", scratch, means).exit == 3
    ended = shell("kill -SEGV $$", scratch, means)
    assert (ended.exit, ended.signal) == (None, signal.SIGSEGV) and "signal 11" in ended.words
    assert run_confined(["/nowhere/command"], scratch, means=means, limits=PATIENT).exit not in (0, None)


@each
@needs_compiler
def test_abort_is_an_abort(hostile, scratch, means):
    """As the first process of a namespace a program would survive its own abort()."""
    assert attack(hostile, scratch, means, "abort").signal == signal.SIGABRT


@each
def test_sleep_is_stopped_by_the_clock(scratch, means):
    mark = f"31{os.getpid() % 1000:03}"
    ended = shell(f"sleep {mark}", scratch, means, SHORT)
    assert ended.limit is Limit.WALL and ended.words == "`sh` was stopped after 2.5 s"
    assert 2.5 <= ended.wall_seconds < 20
    assert not left_over(f"sleep\0{mark}")


@each
def test_a_loop_is_stopped_by_the_processor_time(scratch, means):
    ended = shell("while :; do :; done", scratch, means, Limits(wall_seconds=60, cpu_seconds=1))
    assert ended.limit is Limit.CPU and "1 s of processor time" in ended.words
    assert 0.5 < ended.cpu_seconds < 5


@each
@needs_compiler
@pytest.mark.parametrize("kind", ["bomb", "bomb-in-sessions", "threads"])
def test_a_fork_bomb_is_held(hostile, scratch, means, kind):
    ended = attack(hostile, scratch, means, kind, limits=SHORT)
    assert ended.limit in (Limit.WALL, Limit.PROCESSES) and "16 processes" in ended.words
    assert int(ended.stdout.split()[-1]) <= 20, "more processes than the limit were started"
    assert not left_over(scratch.name)


@each
@needs_compiler
def test_memory_of_one_process(hostile, scratch, means):
    ended = attack(hostile, scratch, means, "hog", limits=Limits(wall_seconds=30, memory=200 * MIB))
    assert ended.limit is Limit.MEMORY and "200 MiB" in ended.words
    assert 50 * MIB < ended.peak_memory < 200 * MIB


@each
@needs_compiler
def test_memory_of_all_processes(hostile, scratch, means):
    limits = Limits(wall_seconds=30, memory=200 * MIB, total_memory=300 * MIB)
    ended = attack(hostile, scratch, means, "hogs", limits=limits)
    assert ended.limit is Limit.TOTAL_MEMORY and "300 MiB" in ended.words
    assert not left_over(scratch.name)


@each
@needs_compiler
@pytest.mark.parametrize("call", ["shmget", "memfd", "ptrace", "unshare", "clone-user", "socket", "keyctl", "mount"])
def test_calls_that_no_limit_holds_are_refused(hostile, scratch, means, call):
    ended = attack(hostile, scratch, means, call)
    assert ended.exit == 0 and ended.stdout == b"refused\n", ended


@each
def test_a_large_file(scratch, means):
    ended = shell("cat /dev/zero > big", scratch, means, Limits(wall_seconds=30, file_size=MIB))
    assert ended.limit is Limit.FILE_SIZE and "1 MiB" in ended.words
    assert (scratch / "big").stat().st_size <= MIB


@each
def test_many_files_of_allowed_size(scratch, means):
    limits = Limits(wall_seconds=60, file_size=4 * MIB, scratch_size=16 * MIB)
    ended = shell("i=0; while :; do i=$((i+1)); head -c 4000000 /dev/zero > f$i; done", scratch, means, limits)
    assert ended.limit is Limit.SCRATCH_SIZE and "16 MiB" in ended.words


@each
def test_very_many_small_files(scratch, means):
    limits = Limits(wall_seconds=60, scratch_files=100)
    ended = shell("i=0; while :; do i=$((i+1)); : > f$i; done", scratch, means, limits)
    assert ended.limit is Limit.SCRATCH_FILES and "100 files" in ended.words


@each
def test_what_is_written_at_the_last_moment_is_seen(scratch, means):
    limits = Limits(wall_seconds=60, scratch_size=MIB)
    assert shell("head -c 3000000 /dev/zero > f", scratch, means, limits).limit is Limit.SCRATCH_SIZE


@each
@needs_compiler
def test_open_files(hostile, scratch, means):
    ended = attack(hostile, scratch, means, "open", limits=Limits(wall_seconds=30, open_files=32))
    assert ended.limit is Limit.OPEN_FILES and int(ended.stdout) < 32


@each
@pytest.mark.parametrize("where", ["", ">&2"])
def test_endless_output(scratch, means, where):
    ended = shell(f"yes {where}", scratch, means, Limits(wall_seconds=60, output=MIB))
    assert ended.limit is Limit.OUTPUT and ended.truncated and "1 MiB" in ended.words
    assert len(ended.stdout) + len(ended.stderr) == MIB
    assert ended.wall_seconds < 20


@each
@pytest.mark.parametrize("start", ["", "setsid ", "nohup setsid "])
def test_children_do_not_outlive(scratch, means, start):
    mark = f"33{os.getpid() % 1000:03}{len(start)}"
    ended = shell(f"{start}sleep {mark} >/dev/null 2>&1 & echo gone", scratch, means)
    assert ended.ok and ended.wall_seconds < 20
    time.sleep(0.2)
    assert not left_over(f"sleep\0{mark}")


@each
def test_a_child_that_holds_the_output_open_ends_with_the_command(scratch, means):
    ended = shell("sleep 3600 & echo gone", scratch, means, Limits(wall_seconds=20))
    assert ended.stdout == b"gone\n" and ended.limit is None and ended.wall_seconds < 15


@each
def test_home_and_accounts_are_not_there(scratch, means):
    home = Path.home()
    script = f"ls {home} /home /root /etc/passwd /etc/shadow /var /mnt {Path(__file__).parent}"
    ended = shell(script, scratch, means)
    assert ended.exit != 0 and ended.stdout == b""
    assert ended.stderr.count(b"No such file") >= 5


@each
def test_nothing_but_the_scratch_folder_can_be_written(scratch, means):
    places = "/ /tmp /dev /dev/shm /usr /usr/bin /etc /proc /var/tmp /run"
    ended = shell(f"for d in {places}; do (echo x > $d/dsl4bes-probe) 2>/dev/null && echo $d; done; true", scratch, means)
    assert ended.exit == 0 and ended.stdout == b""
    assert shell("mkdir a && echo x > a/b", scratch, means).ok


@each
def test_the_environment_is_cleared(scratch, means, monkeypatch):
    monkeypatch.setenv("DSL4BES_MODEL_KEY", "sk-very-secret")
    ended = shell("env; cat /proc/*/environ", scratch, means, environment={"LD_LIBRARY_PATH": "/x"})
    assert b"secret" not in ended.stdout and b"LD_LIBRARY_PATH=/x" in ended.stdout
    names = {line.split(b"=")[0] for line in ended.stdout.split(b"\0")[0].splitlines() if b"=" in line}
    assert names <= {b"PATH", b"HOME", b"TMPDIR", b"LC_ALL", b"LD_LIBRARY_PATH", b"PWD", b"OLDPWD", b"_", b"SHLVL"}


@each
def test_other_processes_are_not_seen_or_reached(scratch, means):
    if not means.proc:
        pytest.skip("no /proc in this sandbox")
    ended = shell(f"ls -d /proc/[0-9]* | wc -l; kill -9 {os.getpid()} && echo killed; cat /proc/{os.getpid()}/status", scratch, means)
    assert int(ended.stdout.split()[0]) <= 6 and b"killed" not in ended.stdout
    assert b"No such" in ended.stderr


@each
def test_the_parent_cannot_be_killed(scratch, means):
    ended = shell("kill -9 $PPID; kill -9 1; kill -9 -1; echo still", scratch, means)
    assert b"still" in ended.stdout and ended.exit == 0


@each
@needs_compiler
def test_no_network_and_no_loopback(hostile, scratch, means):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        ended = attack(hostile, scratch, means, "connect", str(server.getsockname()[1]))
        assert ended.stdout == b"refused\n", ended
        with pytest.raises(TimeoutError):
            server.accept()


@each
@needs_compiler
def test_no_network_without_the_filter_either(hostile, scratch, means, monkeypatch):
    """The namespace alone keeps a program from the network: the filter is a second wall."""
    monkeypatch.setattr(means_module, "seccomp_program", lambda machine: None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        ended = attack(hostile, scratch, means, "connect", str(server.getsockname()[1]))
        assert ended.stdout.startswith((b"refused", b"unreachable")), ended
        with pytest.raises(TimeoutError):
            server.accept()


@each
def test_links_out_of_the_folder_lead_nowhere(scratch, means, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    script = f"ln -s {secret} a; ln -s / b; ln -s {tmp_path} c; echo x > c/made; cat a b/etc/shadow; mkfifo d; true"
    ended = shell(script, scratch, means)
    assert b"secret" not in ended.stdout and not (tmp_path / "made").exists()
    for name in ("a", "b", "c", "d", "../x", "b/etc/hostname", "", "."):
        with pytest.raises(ValueError):
            read_result(scratch, name, 1000)
    with pytest.raises(FileNotFoundError):
        read_result(scratch, "e", 1000)
    shell("echo 12345 > f", scratch, means)
    with pytest.raises(ValueError, match="larger"):
        read_result(scratch, "f", 5)


@each
def test_a_folder_without_rights_is_removed(means):
    with scratch_folder() as folder:
        shell("mkdir -p a/b/c; echo x > a/b/c/d; chmod 000 a/b/c a/b a", folder, means)
        assert (folder / "a").exists()
    assert not folder.exists()


@each
def test_rights_cannot_be_won(scratch, means):
    ended = shell("id -u; grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status; su -c id; mount -t tmpfs x .", scratch, means)
    if means.proc:
        assert b"CapEff:\t0000000000000000" in ended.stdout and b"NoNewPrivs:\t1" in ended.stdout
        assert b"Seccomp:\t2" in ended.stdout
    assert not ended.stdout.startswith(b"0\n") and ended.exit != 0


@each
def test_core_files_are_not_written(scratch, means):
    shell("ulimit -c unlimited; kill -ABRT $$", scratch, means)
    assert not list(scratch.iterdir())


@each
def test_more_to_read_can_be_given(scratch, means, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/events").write_text("42")
    ended = shell(f"cat {tmp_path}/data/events; echo x > {tmp_path}/data/events", scratch, means, readable=[tmp_path / "data"])
    assert ended.stdout == b"42" and b"Read-only" in ended.stderr
    assert (tmp_path / "data/events").read_text() == "42"


def test_home_cannot_be_given_away(scratch):
    for path in (Path.home(), Path("/"), Path("relative"), Path("/nowhere")):
        with pytest.raises(ValueError):
            run_confined(["/bin/true"], scratch, readable=[path])
    for path in (Path.home(), Path("/"), scratch / "absent"):
        with pytest.raises(ValueError):
            run_confined(["/bin/true"], path)


@each
def test_a_folder_cannot_be_hidden_from_the_measure(scratch, means):
    limits = Limits(wall_seconds=30, scratch_size=MIB)
    ended = shell("mkdir a; head -c 3000000 /dev/zero > a/f; chmod 000 a; sleep 20", scratch, means, limits)
    assert ended.limit is Limit.SCRATCH_SIZE and ended.wall_seconds < 15


def test_limits_are_positive():
    with pytest.raises(ValueError, match="cpu_seconds"):
        Limits(cpu_seconds=0)


def test_without_confinement_nothing_runs(monkeypatch, scratch):
    """Both ways fail: the command is refused with both reasons, and never started."""
    available.cache_clear()
    monkeypatch.setattr(means_module, "_refused", lambda means: f"{means.kind.name}: the kernel says no")
    try:
        with pytest.raises(Trouble) as caught:
            run_confined(["/bin/sh", "-c", "echo x > made"], scratch)
    finally:
        available.cache_clear()
    assert caught.value.code.id == "BES0750" and not (scratch / "made").exists()
    assert "the kernel says no" in str(caught.value) and "bubblewrap" in caught.value.help


def test_bubblewrap_comes_first(monkeypatch):
    if shutil.which("bwrap") is None:
        pytest.skip("no bubblewrap")
    assert confinement().kind is Kind.BUBBLEWRAP
    available.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    try:
        kinds, reasons = available()
    finally:
        available.cache_clear()
    assert Kind.BUBBLEWRAP not in {means.kind for means in kinds} and "`bwrap` is not installed" in " ".join(reasons)


# What a process with fewer rights than these tests runs, and what it tells: one line for each means, then why others fail.
_PROBE = """
import sys
sys.path.insert(0, {folder!r})
from dsl4bes.unknown.sandbox.means import available
from dsl4bes.unknown.sandbox.run import run_confined
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.scratch import scratch_folder
places = '/ /tmp /dev /dev/shm /usr /etc /proc /home'
script = 'id -u; grep -v 0000000000000000 /proc/1/status | grep -E "Cap(Eff|Prm)"; ls /home /root 2>/dev/null; for d in ' + places + '; do (echo x > $d/probe) 2>/dev/null && echo $d; done; i=0; while [ $i -lt 90 ]; do sleep 5 & i=$((i+1)); done; wait'
for means in available()[0]:
    with scratch_folder() as folder:
        ended = run_confined(['/bin/sh', '-c', script], folder, means=means, limits=Limits(wall_seconds=4, processes=16))
        print(means.kind.name, ended.stdout.split(), ended.words, means.cannot)
print(available()[1])
"""


def probe(folder, *before, **more):
    """Lines of the probe, run by a process that `before` takes rights from."""
    package = folder / "dsl4bes"
    root = Path(means_module.__file__).parents[2]
    for name in ("unknown", "diagnostics"):
        shutil.copytree(root / name, package / name, ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
    shutil.copy(root / "source.py", package)
    (package / "__init__.py").write_text("")
    python = os.path.realpath(sys.executable)
    if python.startswith(str(Path.home())) and os.path.exists("/usr/bin/python3"):
        python = "/usr/bin/python3"
    open_way = [folder, *folder.parents]
    modes = {path: path.stat().st_mode for path in open_way}
    try:
        for path in open_way:
            path.chmod(modes[path] | 0o055)
        subprocess.run([*before, python, "-c", "import resource"], capture_output=True, check=True, **more)
        done = subprocess.run(
            [*before, python, "-S", "-c", _PROBE.format(folder=str(folder))], capture_output=True, text=True, cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, check=False, **more,
        )  # fmt: skip
    except (PermissionError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no interpreter that such a user may start: {error}")
    finally:
        for path in open_way:
            path.chmod(modes[path])
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_is_confined_as_well(tmp_path):
    """The same by a user without any right, who needs user namespaces for it."""
    *ran, reasons = probe(tmp_path, user=64999, group=64999, extra_groups=[])
    if not ran:
        pytest.skip(f"no confinement for ordinary users here: {reasons}")
    for line in ran:
        assert "[b'64999']" in line and "16 processes" in line


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("setpriv") is None, reason="only root can give up its rights")
def test_root_without_rights_as_in_a_container(tmp_path):
    """The kernel does not hold the number of processes of such a root: they are counted and killed, and that is said."""
    *ran, reasons = probe(tmp_path, "setpriv", "--bounding-set=-all,+setfcap", "--inh-caps=-all", "--")
    if not ran:
        pytest.skip(f"no confinement for root without rights here: {reasons}")
    for line in ran:
        assert "[b'65534']" in line and "16 processes" in line and "are counted, and killed" in line


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("setpriv") is None, reason="only root can give up its rights")
def test_a_container_that_allows_nothing(tmp_path):
    """Namespaces are forbidden altogether: nothing runs, and the reasons are the kernel's."""
    forbid = ["unshare", "--user", "--map-root-user", "--", "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
    try:
        subprocess.run([*forbid, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no user namespace to try it in")
    *ran, reasons = probe(tmp_path, *forbid, "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
    assert not ran and "bubblewrap" in reasons and "own namespaces" in reasons
