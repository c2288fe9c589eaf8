"""Makes a virtual environment with exactly the packages that a file asks for, once.

    python3 tests/environment.py tests/e2e/apis/jupyterhub/requirements.txt target/jupyterhub

The packages that the tests take from PyPI need Python 3.11 or newer (ptsandbox does; JupyterHub takes 3.10).
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import venv

OLDEST = (3, 11)


def main() -> int | str:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("requirements", type=pathlib.Path, help="the file with the packages")
    parser.add_argument("folder", type=pathlib.Path, help="where the environment is")
    args = parser.parse_args()
    if sys.version_info < OLDEST:
        return with_newer_python()
    install(args.requirements, args.folder.resolve())
    return 0


def with_newer_python() -> int | str:
    """Starts the program anew with a Python that the packages run on, if there is one."""
    for minor in range(OLDEST[1], OLDEST[1] + 5):
        if python := shutil.which(f"python3.{minor}"):
            return subprocess.run([python, *sys.argv]).returncode
    return "the packages that the tests take from PyPI need Python 3.11 or newer"


def install(requirements: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The Python of an environment that holds exactly what is asked for; made anew when that changes."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = requirements.read_text() + sys.version
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"Installing what {requirements} asks for from PyPI (under a minute) …", file=sys.stderr)
        try:
            venv.create(folder, clear=True, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("Python cannot make a virtual environment; on Debian it needs the package python3-venv")
        quiet = ["-q", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, "-r", requirements], check=True)
        stamp.write_text(wanted)
    return python


if __name__ == "__main__":
    sys.exit(main())
