"""A small index that many tests build on, damage or vary, and the command run inside the test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from erat.cli import main
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.framework import Framework
from erat.index.panel import Panel

SUMS = [name for name, power in AGGREGATIONS.powers.items() if power is not None]
"""Aggregations whose score is an exact weighted sum."""
NO_NEGATIVES = [name for name, needs in AGGREGATIONS.needs.items() if "no negatives" in needs]

META = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high,transform
idx,Index,,1,1,aggregate,,,
A,Dimension A,idx,1,1,aggregate,,,
B,Dimension B,idx,1,3,aggregate,,,
x1,First,A,1,1,indicator,0,10,
x2,Second,A,-1,3,indicator,0,20,
x3,Third,B,1,1,indicator,1,1000,log
x4,Fourth,B,1,1,indicator,0,8,
region,Region,,,,group,,,
"""

DATA = """unit,region,x1,x2,x3,x4,note
u1,east,1,20,10,1,first
u2,east,4,5,100,,
u3,west,2.5,10,1000,3,
u4,west,10,0,1,7,last
u5,west,,12,50,5,
"""

COINR_META = """"iCode","iName","Parent","Direction","Weight","Type",Level,Target,"Unit",Denominator
"x1","First","A",1,1,"Indicator",1,9,"kg",NA
"x2","Second","A",-1,3,"Indicator",1,1,"m",NA
"x3","Third","B",1,1,"Indicator",1,9,"s",NA
"x4","Fourth","B",1,1,"Indicator",1,9,"s",NA
"A","Dimension A","idx",1,1,"Aggregate",2,NA,"Score",NA
"B","Dimension B","idx",1,3,"Aggregate",2,NA,"Score",NA
"idx","Index",NA,1,1,"Aggregate",3,NA,"Score",NA
"region","Region",NA,NA,NA,"Group",NA,NA,NA,NA
"area","Area",NA,NA,NA,"Denominator",NA,NA,NA,NA
"remark","Remark",NA,NA,NA,"Other",NA,NA,NA,NA
"""

COINR_DATA = """"uCode","uName","Time","region","area","remark","x1","x2","x3","x4"
"u1","Unit 1",2020,"east",5,"a",1,20,10,1
"u2","Unit 2",2020,"east",5,"b",4,5,100,NA
"u3","Unit 3",2020,"west",5,"c",2.5,10,1000,3
"u4","Unit 4",2020,"west",5,"d",10,0,1,7
"u5","Unit 5",2020,"west",5,"e",NA,12,50,5
"""


@dataclass(frozen=True)
class Run:
    """How a command ended, and what it said."""

    status: object
    out: str
    err: str


def erat(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Run:
    """Run the command in this process; an exception other than SystemExit fails the test."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return Run(ended.value.code, said.out, said.err)


@dataclass(frozen=True)
class Index:
    """``erat index`` on texts, in a folder of its own."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def out(self) -> Path:
        """Where results go."""
        return self.folder / "out"

    def run(
        self,
        method: str | None = None,
        data: str | bytes = DATA,
        meta: str | bytes = META,
        out: Path | None = None,
        workbook: bool = False,
    ) -> Run:
        """Write the texts and run the command on them."""
        more: list[str | Path] = ["--workbook"] if workbook else []
        more += ["--method", self.write("method.yml", method)] if method is not None else []
        return self.call("index", *more, data=data, meta=meta, out=out)

    def call(
        self,
        command: str,
        *more: str | Path,
        data: str | bytes = DATA,
        meta: str | bytes = META,
        out: Path | None = None,
    ) -> Run:
        """Write the two tables and run any command on them."""
        table, tree = self.write("data.csv", data), self.write("meta.csv", meta)
        options = ["--framework", tree, *more, "--out", out or self.out]
        return erat(self.capsys, command, table, *options)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write one file as it is."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def table(self, name: str) -> pd.DataFrame:
        """Read one table of the results."""
        return pd.read_csv(self.out / f"{name}.csv")


def framework(meta: str = META) -> Framework:
    """Make a framework of a CSV text."""
    return Framework.from_table(_texts(meta), "meta.csv")


def panel(data: str = DATA, of: Framework | None = None) -> Panel:
    """Make a panel of a CSV text."""
    return Panel.from_table(_texts(data), of or framework(), "data.csv")


def _texts(csv: str) -> pd.DataFrame:
    lines = [line.split(",") for line in csv.splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0], dtype=object)
