"""``python -m demo build | serve | reset``: make the demo site, run it on loopback, throw its data away."""

from __future__ import annotations

import argparse
import os
import shutil
import warnings


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="database, sample courses, people, rounds, staff workbooks; repeatable")
    build.add_argument("--with-roster", action="store_true", help="apply the sample staff workbooks, too")
    dates = "move the dates so that the first lies N days ahead (default 7)"
    build.add_argument("--first-due-in-days", type=int, default=7, metavar="N", help=dates)
    serve = commands.add_parser("serve", help="serve on 127.0.0.1")
    serve.add_argument("--port", type=int, default=8010)
    commands.add_parser("reset", help="delete the demo's database and files")
    options = parser.parse_args()

    os.environ["DJANGO_SETTINGS_MODULE"] = "demo.settings"
    os.environ.setdefault("BOIDUNG_DEMO_HASHED", "1")
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")  # said by XBlock's library fs
    import django

    django.setup()
    if options.command == "build":
        from demo.build import build_demo

        build_demo(with_roster=options.with_roster, first_due_in_days=options.first_due_in_days)
    elif options.command == "serve":
        _serve(options.port)
    else:
        from demo.settings import VAR

        shutil.rmtree(VAR, ignore_errors=True)


def _serve(port: int) -> None:
    from django.core.management import call_command

    from demo.build import WORKBOOK, who_one_can_be

    if not WORKBOOK.exists():
        raise SystemExit("Chưa có dữ liệu. Thầy/cô chạy trước: python -m demo build")
    call_command("collectstatic", interactive=False, verbosity=0)
    print(f"\nBản dùng thử: http://127.0.0.1:{port}/   (Ctrl+C để dừng)\n\n{who_one_can_be()}\n", flush=True)
    os.environ.setdefault("DJANGO_RUNSERVER_HIDE_WARNING", "true")  # loopback, invented people: it is meant
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)


if __name__ == "__main__":
    main()
