"""Runs the vendors' published clients, unchanged, against the systems that the development server simulates.

    python3 tests/vendors/run.py --devserver target/debug/tokendeck-devserver --dist dist

The exit status is 0 if every check holds. The clients come from PyPI into a virtual environment of their own, once.
"""

import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

import environment  # noqa: E402: it stands in the folder that has just been added


def main() -> int | str:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devserver", required=True, help="the development server's binary")
    parser.add_argument("--dist", required=True, help="the folder with the built page; an empty one will do")
    parser.add_argument("--venv", default=HERE.parents[1] / "target/vendors", help="where the clients are installed")
    args = parser.parse_args()
    if sys.version_info < environment.OLDEST:
        return environment.with_newer_python()
    python = environment.install(HERE / "requirements.txt", pathlib.Path(args.venv).resolve())
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


if __name__ == "__main__":
    sys.exit(main())
