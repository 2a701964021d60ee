"""Result tables: one Parquet file by replication, the same bytes for the same seed."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulations.runner.replicating import Task
from simulations.world.rows import Row

TYPES: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    float: pa.float64(),
    int | None: pa.int64(),
    float | None: pa.float64(),
    bool | None: pa.bool_(),
}
SCHEMA = pa.schema(
    [
        ("arm", pa.string()),
        ("replication", pa.int64()),
        *((field.name, TYPES[field.type]) for field in fields(Row)),
    ]
)


def write_rows(folder: Path, task: Task, rows: Sequence[Row]) -> Path:
    """Write the rows of a replication, whole or not at all."""
    told = [
        {"arm": task.arm, "replication": task.replication, **_plain(asdict(one))} for one in rows
    ]
    path = folder / f"{task.name}.parquet"
    partial = path.with_suffix(".partial")
    pq.write_table(pa.Table.from_pylist(told, schema=SCHEMA), partial, compression="zstd")
    os.replace(partial, path)  # noqa: PTH105  it replaces in one step
    return path


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, str) else value for name, value in row.items()}


def is_whole(path: Path) -> bool:
    """Tell whether the rows of a replication are there to be read: a file cut short by a power
    failure, or with other columns, is written again."""
    try:
        return bool(pq.read_schema(path).equals(SCHEMA))
    except (OSError, pa.ArrowInvalid):
        return False


def read_rows(paths: Iterable[Path]) -> pd.DataFrame:
    """Read the rows of replications, in the order of their names."""
    tables = [pq.read_table(path, schema=SCHEMA) for path in sorted(paths)]
    return pa.concat_tables(tables).to_pandas() if tables else SCHEMA.empty_table().to_pandas()
