"""The command line, run in the process of the tests."""

import pytest
from command_line import Answer, Command

from sharedsocial_utils import cli


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line in this process: exit code, standard output, standard error."""

    def command(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return command
