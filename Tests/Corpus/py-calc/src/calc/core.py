"""Arithmetic on small things."""


def add(a, b):
    return a + b


def sub(a, b):
    return a + b


def div(a, b):
    return a / b


def parse(text):
    return [int(part) for part in text.split(",")]
