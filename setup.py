"""Build of the package: its metadata, and the compiled catalogues that the repository does not hold."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from setuptools import Command, find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent.resolve()
PACKAGE = "boidung_xblock"
# Django reads the first. The second is for Open edX: sites whose images are not rebuilt look there.
CATALOGUES = ("locale/{language}/LC_MESSAGES/django.mo", "translations/{language}/LC_MESSAGES/text.mo")


def compile_catalogues(target: Path) -> list[str]:
    """Compile ``translations/<language>/LC_MESSAGES/django.po`` into the package directory ``target``.

    Returns the paths written. Babel does it, so that a build needs no gettext tools.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted(HERE.glob("translations/*/LC_MESSAGES/django.po")):
        language = source.parent.parent.name
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        for pattern in CATALOGUES:
            path = target / pattern.format(language=language)
            path.parent.mkdir(parents=True, exist_ok=True)
            # In one step: whoever reads it at this moment finds the old one or the new one.
            fresh = path.with_suffix(f".{os.getpid()}")
            with fresh.open("wb") as stream:
                write_mo(stream, catalogue)
            fresh.replace(path)
            written.append(str(path))
    return written


class BuildPy(build_py):
    """Adds the catalogues: to the build, or in place for an editable install."""

    def run(self) -> None:
        """Build from nothing: what an earlier build left behind must not travel along."""
        if self.editable_mode:
            super().run()
            compile_catalogues(HERE / PACKAGE)
            return
        target = Path(self.build_lib) / PACKAGE
        shutil.rmtree(target, ignore_errors=True)
        super().run()
        compile_catalogues(target)


class CompileCatalogues(Command):
    """``python setup.py compile_catalogues``: in place; what ``make translations`` calls."""

    description = "compile the catalogues into the source tree"
    user_options: list[tuple[str, str, str]] = []

    def initialize_options(self) -> None:
        """No options."""

    def finalize_options(self) -> None:
        """No options."""

    def run(self) -> None:
        """Compile and say what was written."""
        for path in compile_catalogues(HERE / PACKAGE):
            self.announce(str(Path(path).relative_to(HERE)), level=2)


def version() -> str:
    """The version, without importing the package."""
    source = (HERE / PACKAGE / "__init__.py").read_text("utf-8")
    return re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)[0]


setup(
    name="boidung-xblock",
    version=version(),
    description="A 40-period training round for Vietnamese teachers inside Open edX: reflections, marking, roster",
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license_expression="AGPL-3.0-or-later",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=[PACKAGE, f"{PACKAGE}.*"]),
    # Every file of the package that is not Python becomes public on an Open edX site: name each kind.
    package_data={
        PACKAGE: [
            "templates/**/*.html",
            "templates/**/*.txt",
            "static/boidung/**/*.css",
            "static/boidung/**/*.js",
            "static/boidung/**/*.svg",
            "py.typed",
        ],
    },
    include_package_data=False,
    zip_safe=False,
    cmdclass={"build_py": BuildPy, "compile_catalogues": CompileCatalogues},
    # Floors never above what Open edX Teak pins, and no upper bounds: Tutor installs plugins without constraints,
    # so that a higher floor would move a library of the platform.
    install_requires=[
        "Django>=4.2",
        "WebOb",
        "XBlock>=5.1",
        "celery>=5",
        "django-crum",
        "edx-django-utils",
        "edx-opaque-keys[django]",
        "lxml>=5.3",
        "nh3>=0.2.21",
        "openpyxl>=3.1",
        "pydantic>=2.11",
        "python-docx>=1.2",
        "rules>=3.5",
        "web-fragments>=3.1",
    ],
    entry_points={
        "xblock.v1": [
            "boidung_checkpoint = boidung_xblock.checkpoint:CheckpointXBlock",
            "boidung_ledger = boidung_xblock.ledger:LedgerXBlock",
            "boidung_reflection = boidung_xblock.reflection:ReflectionXBlock",
        ],
        "lms.djangoapp": ["boidung = boidung_xblock.apps:BoidungConfig"],
        "cms.djangoapp": ["boidung = boidung_xblock.apps:BoidungConfig"],
        "openedx.course_tab": ["boidung = boidung_xblock.host.openedx.tab:BoidungTab"],
    },
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Django :: 4.2",
        "Framework :: Django :: 5.2",
        "Natural Language :: English",
        "Natural Language :: Vietnamese",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
    ],
)
