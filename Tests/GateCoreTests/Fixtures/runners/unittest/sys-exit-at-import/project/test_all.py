import unittest

import product


class TestAll(unittest.TestCase):
    def test_first(self):
        pass

    def test_second(self):
        self.assertEqual(product.answer(), 42)
