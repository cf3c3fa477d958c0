"""Make sure that Chromium is there for the browser tests: install it as root, or say what to install."""

import os
import shutil
import subprocess
import sys

if not shutil.which("chromium"):
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Chromium is missing; installing Debian's package …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-q"], check=True, **quiet)
        subprocess.run(["apt-get", "install", "-yq", "chromium", "fonts-liberation"], check=True, **quiet)
    if not shutil.which("chromium"):
        sys.exit("The browser tests need Chromium. Install it: sudo apt-get install chromium")
