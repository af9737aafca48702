"""LibreOffice, driven as a clerk drives it: a workbook is opened, cells are filled in, it is saved. One process serves a whole
test; its profile is a folder of its own."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import die_with_parent, wait_until

try:
    import uno
    from com.sun.star.beans import PropertyValue
    from com.sun.star.connection import NoConnectException
except ImportError:
    uno = None

AVAILABLE = uno is not None and shutil.which("soffice") is not None
VALUE_TITLES = ("本期实际", "本年累计", "累计", "文字内容", "This period", "Year to date", "Since then", "Text")
CODE_TITLES = ("指标代码", "Code")


def _property(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


class Office:
    def __init__(self):
        self.profile = pathlib.Path(tempfile.mkdtemp(prefix="jibao-office-"))
        name = f"jibao-{os.getpid()}"
        self.child = subprocess.Popen(
            ["soffice", f"-env:UserInstallation={self.profile.as_uri()}", "--headless", "--norestore", "--nologo", "--nodefault",
             f"--accept=pipe,name={name};urp;"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(self.profile)},
            preexec_fn=die_with_parent)
        resolver = uno.getComponentContext().ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver",
                                                                                      uno.getComponentContext())

        def connect():
            with contextlib.suppress(NoConnectException):
                return resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
            return None

        context = wait_until(connect, ["/tmp", self.profile], "LibreOffice", 120, self.child)
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    @contextlib.contextmanager
    def opened(self, path):
        document = self.desktop.loadComponentFromURL(pathlib.Path(path).as_uri(), "_blank", 0, (_property("Hidden", True),))
        if document is None:
            raise AssertionError(f"LibreOffice does not open {path}")
        try:
            yield document
        finally:
            document.close(True)

    @staticmethod
    def save(document, path, kind="Calc MS Excel 2007 XML"):
        document.storeToURL(pathlib.Path(path).as_uri(), (_property("FilterName", kind),))

    def close(self):
        with contextlib.suppress(Exception):
            self.desktop.terminate()
        try:
            self.child.wait(60)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


class Table:
    """A sheet of a form: where its titles are, and its rows by indicator."""

    def __init__(self, sheet):
        self.sheet = sheet
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        # Every call costs a round trip: the texts come in one.
        self.texts = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray()
        self.titles, self.head, self.rows = {}, None, {}
        for row, texts in enumerate(self.texts):
            if self.head is None and any(title in texts for title in CODE_TITLES):
                self.titles, self.head = {text: column for column, text in enumerate(texts) if text}, row
                code = next(self.titles[title] for title in CODE_TITLES if title in self.titles)
            elif self.head is not None and texts[code]:
                self.rows[texts[code]] = row

    def cell(self, indicator, title):
        return self.sheet.getCellByPosition(self.titles[title], self.rows[indicator])

    def open_titles(self, indicator):
        """The columns in which a figure of this indicator may be filled in."""
        return [title for title in VALUE_TITLES if title in self.titles and not self.cell(indicator, title).CellProtection.IsLocked]

    def label(self, *words):
        """The first open cell beside the label that begins so."""
        for row, texts in enumerate(self.texts):
            for column, text in enumerate(texts):
                if str(text).startswith(words):
                    cells = (self.sheet.getCellByPosition(beside, row) for beside in range(column + 1, len(texts)))
                    return next(cell for cell in cells if not cell.CellProtection.IsLocked)
        raise AssertionError(words)


def put(cell, value):
    """As typed: what is a number becomes one."""
    if value.replace(".", "", 1).lstrip("-").isdigit():
        cell.Value = float(value)
    else:
        cell.String = value
