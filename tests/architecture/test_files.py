"""What the repository may not hold: addresses of package registries, somebody's home folder, dead links."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, known_files, text_of

TextRule = Callable[[str], Iterator[str]]
_REGISTRY = re.compile(
    r"https?://[^\s\"'<>)]*(?:pypi|pythonhosted|npmjs|npmmirror|yarnpkg|registry|artifactory|nexus|devpi|verdaccio)"
    r"|(?:index[-_]url|registry)\s*=\s*\S*://",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?<![\w.}/])/(?:(?:home|Users)/[a-z]\w*|root|work)/\w+")


def registry_addresses(text: str) -> Iterator[str]:
    yield from (match.group() for match in _REGISTRY.finditer(text))


def home_paths(text: str) -> Iterator[str]:
    yield from (match.group() for match in _HOME.finditer(text))


def lines_with(rule: TextRule) -> list[str]:
    here = Path(__file__)
    return [
        f"{path.relative_to(ROOT)}: {found}"
        for path in known_files() if path != here and (text := text_of(path)) is not None
        for found in rule(text)
    ]  # fmt: skip


def addresses_in_lock(name: str, text: str) -> list[str]:
    """Locks hold versions and hashes: where packages come from is the machine's business."""
    if name.endswith(".json"):
        packages = json.loads(text).get("packages", {})
        return [
            f"{key}: {entry['resolved']}"
            for key, entry in packages.items()
            if "://" in entry.get("resolved", "")
        ]
    return [line for line in text.splitlines() if "://" in line]


_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")
_PATH = re.compile(r"`((?:onetrip|tests|docs|frontend|ops|bench|catalog|city)/[\w./-]*[\w/])`")


def dead_links(folder: Path, text: str) -> list[str]:
    """Links to files, and paths in backticks that begin at the top of the repository."""
    links = [target for target in _LINK.findall(text) if not (folder / target).exists()]
    return links + [target for target in _PATH.findall(text) if not (ROOT / target).exists()]


def test_no_file_names_a_registry() -> None:
    assert lines_with(registry_addresses) == []


def test_no_file_names_a_home_folder() -> None:
    assert lines_with(home_paths) == []


def test_locks_have_no_addresses() -> None:
    locks = [path for path in known_files() if path.suffix == ".lock" or path.name == "package-lock.json"]
    assert len(locks) >= 3
    assert [
        line for path in locks for line in addresses_in_lock(path.name, path.read_text(encoding="utf-8"))
    ] == []


def test_links_in_the_documents_lead_somewhere() -> None:
    documents = [path for path in known_files() if path.suffix == ".md"]
    assert documents
    dead = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in documents for link in dead_links(path.parent, path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert not dead, "\n" + "\n".join(dead)


@pytest.mark.parametrize(
    "text",
    ["https://registry.example/x", "http://mirror.example/pypi/simple", "--index-url=https://a.example/simple",
     "registry=http://10.0.0.1/npm/"],
)  # fmt: skip
def test_the_rule_sees_registries(text: str) -> None:
    assert list(registry_addresses(text))
    assert not list(
        registry_addresses("See https://docs.example/registry-of-riders".replace("registry", "list"))
    )


def test_the_rules_see_homes_addresses_and_dead_links() -> None:
    for text in ("/home/ann/city", "cd /root/onetrip", "in /work/city"):
        assert list(home_paths(text)), text
    assert not list(home_paths("/homepage/x ./work/y {{ root }}/root/x https://a.example/work/y"))
    assert addresses_in_lock("requirements.lock", "a==1 \\\n# via https://a.example")
    assert addresses_in_lock(
        "package-lock.json", '{"packages": {"a": {"resolved": "https://a.example/a.tgz"}}}'
    )
    assert not addresses_in_lock("package-lock.json", '{"packages": {"a": {"funding": "https://a.example"}}}')
    assert dead_links(ROOT, "[a](nowhere.md) [b](docs/) [c](https://a.example) `onetrip/nowhere.py`") == [
        "nowhere.md", "onetrip/nowhere.py",
    ]  # fmt: skip
