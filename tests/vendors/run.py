"""Runs the vendors' published clients, unchanged, against the systems that the development server simulates.

    python3 tests/vendors/run.py --devserver target/debug/tokendeck-devserver --dist dist

The exit status is 0 if every check holds. The clients come from PyPI into a virtual environment of their own, once.
They need Python 3.11 or newer (ptsandbox does; air-sdk takes 3.8, mistapi 3.10).
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
OLDEST = (3, 11)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devserver", required=True, help="the development server's binary")
    parser.add_argument("--dist", required=True, help="the folder with the built page; an empty one will do")
    parser.add_argument("--venv", default=HERE.parents[1] / "target/vendors", help="where the clients are installed")
    args = parser.parse_args()
    if sys.version_info < OLDEST:
        return with_newer_python()
    python = install(pathlib.Path(args.venv).resolve())
    command = [args.devserver, "--dist", args.dist, "--port", "0", "--db", ":memory:"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            ready = re.search(r"http://\S+", server.stdout.readline())
            if not ready:
                return f"{args.devserver} did not start"
            # Checks that write a bytecode cache beside them would leave files in the checkout.
            return subprocess.run([python, "-B", HERE / "checks.py", ready[0].rstrip("/")]).returncode
        finally:
            server.terminate()


def with_newer_python() -> int | str:
    """Starts anew with a Python that the clients run on, if there is one."""
    for minor in range(OLDEST[1], OLDEST[1] + 5):
        if python := shutil.which(f"python3.{minor}"):
            return subprocess.run([python, *sys.argv]).returncode
    return "the vendors' clients need Python 3.11 or newer"


def install(folder: pathlib.Path) -> pathlib.Path:
    """The Python of an environment that holds exactly what is asked for; made anew when that changes."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = (HERE / "requirements.txt").read_text() + sys.version
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text() != wanted:
        try:
            venv.create(folder, clear=True, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("Python cannot make a virtual environment; on Debian it needs the package python3-venv")
        quiet = ["-q", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return python


if __name__ == "__main__":
    sys.exit(main())
