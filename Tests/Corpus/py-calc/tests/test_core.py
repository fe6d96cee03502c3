import unittest

import calc


class CalcTests(unittest.TestCase):
    def test_add(self):
        assert calc.add(2, 3) == 5

    def test_sub(self):
        assert calc.sub(5, 3) == 2

    def test_div(self):
        assert calc.div(6, 3) == 2

    def test_parse(self):
        assert calc.parse("1,2") == [1, 2]
