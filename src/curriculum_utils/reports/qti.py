"""A module's items as a QTI 2.1 package: a zip with a manifest and one file for each item.

Written to the 1EdTech specification "QTI 2.1 Assessment, Section and Item Information Model" and its content packaging.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from curriculum_utils.content import Item, Module, did_you_mean, load_course
from curriculum_utils.errors import CohortError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.reports.qti_items import identifier, item_xml

_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
# The same items give the same bytes: zip files know no earlier day.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class ItemLeftOut:
    """An item that is not in the package, and why."""

    item: str
    why: str


@dataclass(frozen=True)
class Package:
    """The zip file's bytes, the items in it, and those that are not."""

    content: bytes
    items: tuple[str, ...]
    left_out: tuple[ItemLeftOut, ...]


def qti_package(root: Path, module: str, *, with_keys: bool = False, keys: Path | None = None) -> Package:
    """The module's items, in the order of its lessons.

    Args:
        root: the course's folder.
        with_keys: also the items of the pre-test and of the assessment, whose keys learners must not have.
        keys: a private folder of keys, laid over the course's own.
    Raises:
        ContentError: the course has problems.
        CohortError: no such module, or none of its items may go out.
    """
    course = load_course(root / "curriculum", SCHEMAS, keys=keys)
    if module not in course.modules:
        known = list(course.modules)
        raise CohortError(f'no module "{module}"{did_you_mean(module, known)}; there are: {", ".join(known)}')
    chosen = course.modules[module]
    files: dict[str, bytes] = {}
    left_out: list[ItemLeftOut] = []
    for item in _in_order(chosen):
        if item.assessed and not with_keys:
            what = "graded" if item.graded else "of the pre-test"
            left_out.append(ItemLeftOut(item.id, f"{what}, and the file would hold its key; --with-keys takes it in"))
        elif item.exercise.type == "practice-session":
            left_out.append(ItemLeftOut(item.id, "QTI has no form for a talk with a client who answers"))
        else:
            files[item.id] = _bytes(item_xml(item, course.vocabulary(module)))
    if not files:
        raise CohortError(f"{module}: none of its {len(left_out)} items may go out; --with-keys takes in graded ones")
    content = _zipped({"imsmanifest.xml": _bytes(_manifest(chosen, list(files)))}, files)
    return Package(content, tuple(files), tuple(left_out))


def _in_order(module: Module) -> list[Item]:
    placed = [ref.slug for lesson in module.lessons for ref in lesson.references("exercise")]
    order = {slug: place for place, slug in enumerate(placed)}
    items = [one.item for one in module.items.values()]
    return sorted(items, key=lambda item: (order.get(item.id, len(order)), item.id))


def _manifest(module: Module, items: Sequence[str]) -> ElementTree.Element:
    root = ElementTree.Element(
        f"{{{_PACKAGE}}}manifest",
        {
            "identifier": f"package-{module.slug}",
            f"{{{_SCHEMA}}}schemaLocation": f"{_PACKAGE} http://www.imsglobal.org/xsd/imscp_v1p1.xsd",
        },
    )
    about = ElementTree.SubElement(root, f"{{{_PACKAGE}}}metadata")
    ElementTree.SubElement(about, f"{{{_PACKAGE}}}schema").text = "QTIv2.1 Package"
    ElementTree.SubElement(about, f"{{{_PACKAGE}}}schemaversion").text = "1.0.0"
    ElementTree.SubElement(root, f"{{{_PACKAGE}}}organizations")
    resources = ElementTree.SubElement(root, f"{{{_PACKAGE}}}resources")
    for item in items:
        href = f"items/{item}.xml"
        attributes = {"identifier": f"resource-{identifier(item)}", "type": "imsqti_item_xmlv2p1", "href": href}
        resource = ElementTree.SubElement(resources, f"{{{_PACKAGE}}}resource", attributes)
        ElementTree.SubElement(resource, f"{{{_PACKAGE}}}file", {"href": href})
    return root


def _bytes(root: ElementTree.Element) -> bytes:
    namespace = root.tag[1:].partition("}")[0]
    ElementTree.register_namespace("xsi", _SCHEMA)
    # No indentation: blanks would come to stand between a speaker's name and the words.
    text = ElementTree.tostring(root, encoding="unicode")
    prefix = next((name for name in ("ns0", "ns1") if f'xmlns:{name}="{namespace}"' in text), "")
    if prefix:  # some importers look for plain names, so the main namespace gets no prefix
        text = text.replace(f"xmlns:{prefix}=", "xmlns=", 1)
        text = text.replace(f"<{prefix}:", "<").replace(f"</{prefix}:", "</")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode() + b"\n"


def _zipped(first: dict[str, bytes], items: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**first, **{f"items/{item}.xml": text for item, text in items.items()}}.items():
            info = zipfile.ZipInfo(name, _NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3  # the same on every system
            archive.writestr(info, content)
    return buffer.getvalue()
