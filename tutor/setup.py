"""Build of the Tutor plugin: a distribution of its own, beside boidung-xblock and with the same version."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent.resolve()


def version() -> str:
    """The version, without importing the package."""
    source = (HERE / "tutorboidung" / "__about__.py").read_text("utf-8")
    return re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)[0]


setup(
    name="tutor-contrib-boidung",
    version=version(),
    description="Tutor plugin that installs, enables and configures boidung-xblock",
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license_expression="AGPL-3.0-or-later",
    python_requires=">=3.9",
    packages=find_packages(include=["tutorboidung", "tutorboidung.*"]),
    package_data={"tutorboidung": ["patches/*", "init/*.sh"]},
    include_package_data=False,
    zip_safe=False,
    install_requires=["tutor>=20.0.0,<23.0.0"],
    entry_points={"tutor.plugin.v1": ["boidung = tutorboidung.plugin"]},
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Programming Language :: Python :: 3",
    ],
)
