"""The one error of this package."""

from nbconvert.utils.exceptions import ConversionException


class ExportError(ValueError, ConversionException):
    """A notebook that cannot be exported. The message names the cell, what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("".join(c if c.isprintable() else f"⟨U+{ord(c):04X}⟩" for c in message))
