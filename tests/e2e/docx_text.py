"""Word documents as a reader of their own sees them: written from ECMA-376, shares nothing with the programs."""

import io
import re
import zipfile
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def text_of(node):
    """Text of a paragraph: runs laid end to end, tabs and line breaks as such, deleted text left out."""
    out = []
    for part in node.iter():
        if part.tag == W + "t":
            out.append(part.text or "")
        elif part.tag == W + "tab" and part.get(W + "val") is None:
            out.append("\t")
        elif part.tag in (W + "br", W + "cr"):
            out.append("\n")
    return "".join(out)


def package(data):
    return zipfile.ZipFile(io.BytesIO(data if isinstance(data, bytes) else data.read_bytes()))


def paragraphs(data, part="word/document.xml"):
    """Every paragraph of a part, in order, those in tables too."""
    root = ElementTree.fromstring(package(data).read(part))
    return [text_of(p) for p in root.iter(W + "p")]


def tables(data):
    """Every table as rows of cells' texts."""
    root = ElementTree.fromstring(package(data).read("word/document.xml"))
    return [[[("\n".join(text_of(p) for p in cell.iter(W + "p"))) for cell in row.findall(W + "tc")] for row in table.iter(W + "tr")]
            for table in root.iter(W + "tbl")]


def rewritten(data, changes, order=None):
    """The package with other bytes in some parts; changes: name -> bytes, None takes a part away."""
    source = package(data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = order or [*source.namelist(), *(n for n in changes if n not in source.namelist())]
        for name in names:
            body = changes.get(name, b"" if name not in source.namelist() else source.read(name))
            if body is not None:
                target.writestr(name, body)
    return out.getvalue()


def split_runs(xml, rng):
    """document.xml with its runs split at random places, as word processors do: same look, marks of the spelling checker between."""
    def split(match):
        head, look, text = match.group(1), match.group(2) or "", match.group(3)
        units = re.findall(r"&[a-z]+;|&#\d+;|.", text, flags=re.S)
        pieces, at = [], 0
        while at < len(units):
            count = rng.randint(1, 4)
            pieces.append("".join(units[at:at + count]))
            at += count
        marks = ['<w:proofErr w:type="spellStart"/>', "", '<w:bookmarkStart w:id="900" w:name="_GoBack"/><w:bookmarkEnd w:id="900"/>', ""]
        runs = [f'<w:r{head}>{look}<w:t xml:space="preserve">{piece}</w:t></w:r>' for piece in pieces]
        return "".join(run + rng.choice(marks) for run in runs)
    pattern = r"<w:r((?:\s[^>]*)?)>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?:\s[^>]*)?>([^<]*)</w:t></w:r>"
    return re.sub(pattern, split, xml, flags=re.S)
