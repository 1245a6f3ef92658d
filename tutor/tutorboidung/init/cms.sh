{% if BOIDUNG_ENABLE_IN_EXISTING_COURSES %}
# Again adds nothing. A course that cannot be changed is named, and does not stop the initialisation of the site.
./manage.py cms boidung_enable_blocks --all || echo "boidung: not every course could be changed, see above"
{% else %}
echo "boidung: courses that exist already stay as they are (BOIDUNG_ENABLE_IN_EXISTING_COURSES)"
{% endif %}
