"""Reference material that lies beside the repository and is not shipped with it."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("ASUH_SHARED") or Path(__file__).resolve().parents[5] / "shared")
BRIDGE = SHARED / "places/bps_bridge_districts.csv"
SAMPLES = SHARED / "dtks/sample"
