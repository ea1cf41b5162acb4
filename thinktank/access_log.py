"""gunicorn's access log without the addresses that open something (--logger-class thinktank.access_log.AccessLog)."""

from gunicorn.glogging import Logger

from .logs import redacted


class AccessLog(Logger):
    def atoms(self, resp, req, environ, request_time):
        found = super().atoms(resp, req, environ, request_time)
        return {name: redacted(value) if isinstance(value, str) else value for name, value in found.items()}
