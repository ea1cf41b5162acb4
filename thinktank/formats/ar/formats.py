"""Django's Arabic dates put the month first."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، g:i A"
