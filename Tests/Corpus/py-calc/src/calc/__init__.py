from .core import add, div, parse, sub
