"""An application with a counter, on which the answers of a cache are told apart."""

from fastapi import FastAPI

from hotdish_web import ResponseCache
from hotdish_web.cache.response_cache import default_cache


class Probe:
    """An application with one counter: it goes up with every run of a route."""

    def __init__(self, *, install: bool) -> None:
        self.app = FastAPI()
        self.cache = ResponseCache() if install else default_cache(self.app)
        self.n = 0
        if install:
            self.cache.install(self.app)

    def next(self) -> int:
        self.n += 1
        return self.n
