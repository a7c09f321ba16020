"""`python -m sharedsocial_utils.kernels MODULE... -- COMMAND...`: one server for all kernels of a command."""

import os
import subprocess
import sys

from sharedsocial_utils.kernels.provisioner import WarmProvisioner


def main(arguments: list[str]) -> int:
    """Runs the command beside a server; returns its exit code."""
    if "--" not in arguments[:-1]:
        print(__doc__, file=sys.stderr)
        return 2
    cut = arguments.index("--")
    with WarmProvisioner.serving(arguments[:cut], os.environ) as server:
        own = {**os.environ, **server.named}
        return subprocess.run(arguments[cut + 1 :], env=own, check=False).returncode  # noqa: S603 - the caller's


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
