# Part of "./manage.py lms migrate" already; here for "tutor local do init --limit=boidung". Again changes nothing.
./manage.py lms migrate boidung
