import unittest


def half(number):
    return number // 2


def skips():
    raise unittest.SkipTest("not today")
