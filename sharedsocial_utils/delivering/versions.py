"""No run on packages that were not proven: what the package asks for, against what is installed."""

from importlib.metadata import PackageNotFoundError, requires, version

from sharedsocial_utils.errors import Fault

PROJECT = "sharedsocial-utils"


def check_versions() -> None:
    """Raises `Fault` RUN-02 for the first package that is missing or too old or too new."""
    from packaging.requirements import Requirement

    for text in requires(PROJECT) or []:
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            found = _version(needed.name)
            if found is None or not needed.specifier.contains(found, prereleases=True):
                state = f"is {found}" if found else "is missing"
                raise Fault("RUN-02", f"the package {needed.name} {state}", expected=str(needed))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
