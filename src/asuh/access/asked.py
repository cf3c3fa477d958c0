"""Numbers out of a request: whatever was typed into an address or a form."""

LARGEST = 2**63 - 1


def key_of(text: object) -> int | None:
    """The number of a row that `text` writes in plain digits; None for everything else, however long."""
    digits = str(text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 20):
        return None
    number = int(digits)
    return number if number <= LARGEST else None


def keys_of(texts: list[str]) -> list[int]:
    """The numbers among `texts`."""
    return [number for text in texts if (number := key_of(text)) is not None]
