"""What an author writes, typed and validated, with its readable OLX. Knows neither Django nor XBlock."""
