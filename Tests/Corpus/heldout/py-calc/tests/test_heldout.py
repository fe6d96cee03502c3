import unittest

import calc


class HeldOutTests(unittest.TestCase):
    def test_other_numbers(self):
        assert calc.sub(9, 4) == 5
        assert calc.sub(4, 9) == -5
        assert calc.sub(0, 0) == 0
