"""Reads every file below a folder with pyarrow. Prints one JSON object per line: {"file": …, "rows": …} or {"file": …, "error": …}."""

import json
import pathlib
import sys

import pyarrow.parquet

root = pathlib.Path(sys.argv[1])
for path in sorted(path for path in root.rglob("*") if path.is_file()):
    entry = {"file": str(path.relative_to(root))}
    try:
        entry["rows"] = pyarrow.parquet.ParquetFile(path).read().num_rows
    except Exception as error:  # Whatever a damaged file raises.
        entry["error"] = f"{type(error).__name__}: {error}"[:160]
    print(json.dumps(entry), flush=True)
